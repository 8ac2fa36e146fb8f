import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { useId } from "react";
import "./switch.css";

/** On or off, at once. */
export function Switch(props: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly disabled?: boolean;
}) {
  const id = useId();
  const { checked, onChange, label, hint, disabled = false } = props;
  return (
    <div className="switch">
      <BaseSwitch.Root
        id={id}
        className="switch-track"
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      >
        <BaseSwitch.Thumb className="switch-thumb" />
      </BaseSwitch.Root>
      <div className="switch-texts">
        <label id={`${id}-label`} htmlFor={id} className="switch-label">
          {label}
        </label>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="switch-hint">
            {hint}
          </span>
        )}
      </div>
    </div>
  );
}
