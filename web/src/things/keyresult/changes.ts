/** What changes a key result by more than its words; each is a route of the API. */
export type Change = 'retarget' | 'reweight' | 'drop' | 'reinstate' | 'correct-measure' | 'convert';
