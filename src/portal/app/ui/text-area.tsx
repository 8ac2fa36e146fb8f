import { Field, type FieldProps } from "./field.js";

/** A field of several lines. */
export function TextArea(
  props: FieldProps & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    /** @default 3 */
    readonly rows?: number;
    readonly readOnly?: boolean;
  },
) {
  const { value, onChange, rows = 3, readOnly = false, ...field } = props;
  return (
    <Field {...field}>
      {(control) => (
        <textarea
          {...control}
          className="field-control"
          rows={rows}
          readOnly={readOnly}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
