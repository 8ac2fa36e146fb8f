import { Checkbox as BaseCheckbox } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import { type ReactNode, useId } from "react";
import "./checkbox.css";

/** A box to tick, with its label and what ticking it means. */
export function Checkbox(props: {
  readonly checked: boolean;
  /** Some of what is below it is ticked. */
  readonly indeterminate?: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
}) {
  const id = useId();
  const { checked, indeterminate = false, onChange, label, hint, disabled = false } = props;
  return (
    <div className="checkbox">
      <BaseCheckbox.Root
        className="checkbox-box"
        checked={checked}
        indeterminate={indeterminate}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        id={id}
      >
        <BaseCheckbox.Indicator className="checkbox-mark">
          {indeterminate ? <Minus aria-hidden /> : <Check aria-hidden />}
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <div className="checkbox-texts">
        <label id={`${id}-label`} htmlFor={id} className="checkbox-label">
          {label}
        </label>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="checkbox-hint">
            {hint}
          </span>
        )}
      </div>
    </div>
  );
}
