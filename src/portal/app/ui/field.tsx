import { Field as BaseField } from "@base-ui/react/field";
import type { ReactElement, ReactNode } from "react";
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

/** A labelled control with its hint and what is wrong with it, tied together for screen readers. */
export function Field(props: FieldProps & { readonly children: ReactElement }) {
  const { common } = useText();
  const { label, hint, error, required = false, children } = props;
  return (
    <BaseField.Root className="field" invalid={error !== undefined}>
      <BaseField.Label className="field-label">
        {label}
        {required && <span className="field-required"> ({common.required})</span>}
      </BaseField.Label>
      {children}
      {hint !== undefined && <BaseField.Description className="field-hint">{hint}</BaseField.Description>}
      <BaseField.Error className="field-error" match={error !== undefined}>
        {error}
      </BaseField.Error>
    </BaseField.Root>
  );
}
