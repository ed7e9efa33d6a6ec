/** How a field lends its label, help and error to the control inside it. */
import { getContext, setContext } from 'svelte';

/** The attributes that tie a control to its field. */
export interface FieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
}

const key = Symbol('field');

/** @param control read anew whenever the control is drawn */
export function provideField(control: () => FieldControl): void {
  setContext(key, control);
}

/** The attributes for the control of the field around this component; none where there is no field. */
export function fieldControl(): () => FieldControl | undefined {
  return getContext<(() => FieldControl) | undefined>(key) ?? (() => undefined);
}
