import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useText } from "../text/index.js";
import { Field, type FieldProps } from "./field.js";
import "./secret-field.css";

/** A field for something that nobody should read over the reader's shoulder, with a button that shows it. */
export function SecretField(
  props: FieldProps & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly placeholder?: string | undefined;
    readonly readOnly?: boolean;
  },
) {
  const { common } = useText();
  const [isShown, setShown] = useState(false);
  const { value, onChange, placeholder, readOnly = false, ...field } = props;
  const Icon = isShown ? EyeOff : Eye;
  return (
    <div className="secret-field">
      <Field {...field}>
        {(control) => (
          <input
            {...control}
            type={isShown ? "text" : "password"}
            // Browsers offer to keep what is typed into a password field as the reader's own; this tells them not to.
            autoComplete="new-password"
            spellCheck={false}
            className="field-control secret-field-control"
            placeholder={placeholder}
            readOnly={readOnly}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      {value !== "" && (
        <button
          type="button"
          className="secret-field-show"
          aria-pressed={isShown}
          aria-label={`${common.show}: ${props.label}`}
          onClick={() => setShown(!isShown)}
        >
          <Icon aria-hidden />
        </button>
      )}
    </div>
  );
}
