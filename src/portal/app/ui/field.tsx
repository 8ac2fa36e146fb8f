import { type ReactElement, type ReactNode, useId } from "react";
import { useText } from "../text/index.js";
import "./field.css";

/** Props that every field has. */
export interface FieldProps {
  readonly label: string;
  /** What it is for, and what it may hold. */
  readonly hint?: ReactNode;
  /** What is wrong with it, as the API says. */
  readonly error?: string | undefined;
  readonly required?: boolean | undefined;
}

/** What ties a control to its label, its hint and what is wrong with it: for the element itself. */
export interface ControlProps {
  readonly id: string;
  /** Not `required`: the browser would stop the form with a word of its own, where the API's stands beside the field. */
  readonly "aria-required": boolean | undefined;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

/** A labelled control with its hint and what is wrong with it, tied together for screen readers. */
export function Field(
  props: FieldProps & {
    /** Makes the control. */
    readonly children: (control: ControlProps) => ReactElement;
  },
) {
  const { common } = useText();
  const id = useId();
  const { label, hint, error, required = false, children } = props;
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    Boolean,
  );
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        {label}
        {required && <span className="field-required"> ({common.required})</span>}
      </label>
      {children({
        id,
        "aria-required": required || undefined,
        "aria-describedby": described.length === 0 ? undefined : described.join(" "),
        "aria-invalid": error === undefined ? undefined : true,
      })}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="field-hint">
          {hint}
        </div>
      )}
      {error !== undefined && (
        <div id={`${id}-error`} className="field-error">
          {error}
        </div>
      )}
    </div>
  );
}
