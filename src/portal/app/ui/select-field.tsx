import { Field as BaseField } from "@base-ui/react/field";
import { Field, type FieldProps } from "./field.js";

/** One of a few: the browser's own list, which works everywhere. */
export function SelectField<T extends string>(
  props: FieldProps & {
    readonly value: T;
    readonly options: readonly { readonly value: T; readonly label: string }[];
    readonly onChange: (value: T) => void;
    readonly disabled?: boolean;
  },
) {
  const { value, options, onChange, disabled, ...field } = props;
  return (
    <Field {...field}>
      <BaseField.Control
        render={
          <select>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
        }
        className="field-control field-select"
        disabled={disabled ?? false}
        value={value}
        onValueChange={(next: string) => {
          const chosen = options.find((option) => option.value === next);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      />
    </Field>
  );
}
