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
  const { value, options, onChange, disabled = false, ...field } = props;
  return (
    <Field {...field}>
      {(control) => (
        <select
          {...control}
          className="field-control field-select"
          disabled={disabled}
          value={value}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
