/** An address that a person keeps under a name. */
export interface SavedView {
  id: string;
  name: string;
  address: string;
  starred: boolean;
}
