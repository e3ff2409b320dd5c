/** The organisation as the API tells it. */
export interface Organisation {
  name: string;
  timezone: string | null;
  locale: string;
  fiscal_start_month: number;
  fiscal_label: 'starts' | 'ends';
  workdays: number[];
  calendars: string[];
  version: number;
}
export interface CalendarItem {
  calendar: string;
  count: number;
  first_on: string | null;
  last_on: string | null;
}
