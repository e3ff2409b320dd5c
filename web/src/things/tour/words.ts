/** Words of the guided tour through the demo. */
export const tour = {
  title: 'Tour',
  offer: 'Take the tour',
  lead: 'Four stops show what this is about. It takes three minutes and changes nothing.',
  stop: (n: number, of: number) => `Stop ${n} of ${of}`,
  next: 'Next',
  back: 'Back',
  end: 'End the tour',
  finish: 'Done',
  missing: 'This stop is not in the data at hand.',
  stops: {
    target: {
      title: 'The target that moved',
      text: (sentence: string) =>
        `${sentence}. The key result shows its score against the first target too, and the history has the ` +
        'fact with its reason.',
    },
    past: {
      title: (day: string) => `The board on ${day}`,
      text:
        'Every page can be seen as it stood at any moment. Drag the time rail, or press [ and ] for the event ' +
        'before and after; the address can be shared.',
    },
    escalated: {
      title: 'The obstacle that climbed',
      text:
        'Nobody resolved it in time, so it went up the help chain by itself. Below are the whys, the causes and ' +
        'the countermeasures that became cards on the action board.',
    },
    owes: {
      title: 'Who owes what',
      text: 'The cycle asks, reminds and escalates by itself. Nobody chases anybody: here is everything still open.',
    },
  },
};
