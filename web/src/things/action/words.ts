/** Words of actions. */
export const action = {
  due: (v: string) => `Due ${v}`,
  prediction: 'Prediction',
  verifyAfter: 'Check the effect after (days)',
  effective: 'Did it work?',
  yes: 'Yes, the effect is there',
  no: 'No, re-open the work',
  newAction: 'New action',
};
