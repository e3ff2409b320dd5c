/** Words of comments and follows. */
export const comment = {
  title: 'Discussion',
  none: 'Nobody has said anything yet. Type @ to bring somebody in.',
  write: 'Write a comment',
  hint: 'Markdown. @ and a name mention somebody.',
  send: 'Comment',
  reply: 'Reply',
  replyTo: (name: string) => `Reply to ${name}`,
  edited: 'edited',
  withdrawn: 'This comment was withdrawn.',
  more: (name: string) => `What to do with the comment of ${name}`,
  edit: 'Edit',
  withdraw: 'Withdraw',
  posted: 'Comment posted',
  changed: 'Comment edited',
  gone: 'Comment withdrawn',
  react: (emoji: string) => `React with ${emoji}`,
  mention: 'People to mention',
  whoFirst: 'Choose who you are (at the top) to take part.',
  older: 'Show earlier comments',
};
export const follow = {
  follow: 'Follow',
  following: 'Following',
  on: 'You hear of what happens here',
  off: 'You hear of it no longer',
};
