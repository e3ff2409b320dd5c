/** Words of people. */
export const person = {
  unnamed: 'Somebody',
  name: 'Name',
  email: 'E-mail',
  newPerson: 'New person',
};
