import { createContext, use } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import type { Faults } from "./faults.js";
import type { FieldName, SettingsForm } from "./form.js";

/** What every card of the settings works with. */
export interface Editing {
  /** As it is stored. */
  readonly subscription: Subscription;
  /** As it is shown. */
  readonly form: SettingsForm;
  readonly changed: readonly FieldName[];
  readonly faults: Faults;
  /** Whether the reader may change anything. */
  readonly mayWrite: boolean;
  /** Changes fields of the draft. */
  set(edit: Partial<SettingsForm>): void;
}

const EditingContext = createContext<Editing | null>(null);

/** Gives what is edited to the cards inside. */
export const EditingProvider = EditingContext.Provider;

/** What is edited. */
export function useEditing(): Editing {
  const editing = use(EditingContext);
  if (editing === null) throw new Error("Cards of settings stand inside EditingProvider.");
  return editing;
}
