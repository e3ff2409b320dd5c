/** What controls say of themselves before a form is sent, in our own words instead of the browser's bubble. */
import { getContext, setContext } from 'svelte';
import { words } from '../words';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const isControl = (element: unknown): element is Control =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLSelectElement ||
  element instanceof HTMLTextAreaElement;

/** What is wrong with the control; empty when it is fine. */
export const complaint = (control: Control): string => {
  const { validity } = control;
  const blank = control.required && typeof control.value === 'string' && control.value.trim() === '';
  if (validity.valid && !blank) return '';
  const date = control.type === 'date' || control.type === 'datetime-local';
  if (validity.badInput) return date ? words.invalid.date : words.invalid.number;
  if (validity.valueMissing || blank)
    return control instanceof HTMLSelectElement ? words.invalid.choose : words.invalid.missing;
  if (validity.typeMismatch) return control.type === 'url' ? words.invalid.url : words.invalid.email;
  if (control instanceof HTMLInputElement) {
    if (validity.rangeUnderflow) return words.invalid.min(control.min);
    if (validity.rangeOverflow) return words.invalid.max(control.max);
    if (validity.stepMismatch) return words.invalid.step;
  }
  return validity.tooLong
    ? words.invalid.long(String((control as HTMLInputElement).maxLength))
    : words.invalid.missing;
};

/** Complaints by the id of the control; a field shows its own. */
class Complaints {
  of = $state<Record<string, string>>({});
  /** What the API refused and a field already shows, by the id of that field's control. */
  shown = $state<Record<string, string>>({});

  /** Looks at every control of the form; true if nothing is wrong, else the first bad one gets the focus. */
  check(form: HTMLFormElement): boolean {
    const found: Record<string, string> = {};
    let first: Control | undefined;
    for (const control of form.elements) {
      if (!isControl(control) || control.disabled) continue;
      const text = complaint(control);
      if (!text) continue;
      found[control.id] = text;
      first ??= control;
    }
    this.of = found;
    first?.focus();
    return !first;
  }

  /** A control that was complained about is looked at again as it changes. */
  changed(event: Event) {
    const control = event.target;
    if (isControl(control) && this.of[control.id]) this.of[control.id] = complaint(control);
  }
}

const KEY = Symbol('complaints');
export const provideComplaints = (): Complaints => setContext(KEY, new Complaints());
/** Undefined outside a form of ours. */
export const useComplaints = (): Complaints | undefined => getContext<Complaints | undefined>(KEY);
