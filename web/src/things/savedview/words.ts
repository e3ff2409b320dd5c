/** Words of saved views. */
export const savedView = {
  menu: 'Views',
  save: 'Save this view…',
  name: 'Name of the view',
  starred: 'Keep it in the sidebar',
  none: 'No saved views yet. Set filters, then save them under a name.',
  saved: (name: string) => `View “${name}” saved`,
  removed: (name: string) => `View “${name}” removed`,
  copied: 'Link copied',
  copy: 'Copy the link to this view',
  remove: (name: string) => `Remove the view ${name}`,
  star: (name: string) => `Star ${name}`,
  unstar: (name: string) => `Take the star from ${name}`,
};
