import { Field as BaseField } from "@base-ui/react/field";
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
      <BaseField.Control
        render={<textarea rows={rows} readOnly={readOnly} />}
        className="field-control"
        value={value}
        onValueChange={(next: string) => onChange(next)}
      />
    </Field>
  );
}
