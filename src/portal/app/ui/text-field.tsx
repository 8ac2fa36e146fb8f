import type { ComponentProps } from "react";
import { Field, type FieldProps } from "./field.js";

/** A field of one line. */
export function TextField(
  props: FieldProps & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    /** Further attributes of the element: `type`, `inputMode`, `placeholder`, `maxLength`... */
    readonly input?: Omit<ComponentProps<"input">, "value" | "onChange" | "defaultValue">;
  },
) {
  const { value, onChange, input, ...field } = props;
  return (
    <Field {...field}>
      {(control) => (
        <input
          autoComplete="off"
          {...input}
          {...control}
          className={`field-control ${input?.className ?? ""}`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
