import { Trash2 } from "lucide-react";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { SecretField } from "../../ui/secret-field.js";
import { TextField } from "../../ui/text-field.js";
import { type HeaderRow, isKept } from "./header-rows.js";

/** Name and value of one header. A stored value is not shown; typing replaces it. */
export function HeaderFields(props: {
  readonly row: HeaderRow;
  readonly number: number;
  /** The webhook moves to another server, where stored values cannot follow. */
  readonly moved: boolean;
  readonly error: string | undefined;
  readonly onChange: (row: HeaderRow) => void;
  /** `null`: the reader may only look. */
  readonly onRemove: (() => void) | null;
}) {
  const { headers: text } = useText().settings;
  const { row, number, moved, error, onChange, onRemove } = props;
  const isReadOnly = onRemove === null;
  const kept = moved ? text.dropped : isReadOnly ? text.keptRead : text.kept;
  const placeholder = row.stored === null ? undefined : isKept(row) ? kept : text.again;
  const label = text.row(number, row.name.trim());
  return (
    <li className="settings-header">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no grid in every browser */}
      <div role="group" aria-label={label} className="settings-header-fields">
        <TextField
          label={text.name}
          error={error}
          input={{ readOnly: isReadOnly, spellCheck: false, autoCapitalize: "none", maxLength: 128 }}
          value={row.name}
          onChange={(name) => onChange({ ...row, name })}
        />
        <SecretField
          label={text.value}
          placeholder={placeholder}
          readOnly={isReadOnly}
          value={row.value}
          onChange={(value) => onChange({ ...row, value })}
        />
        {onRemove !== null && (
          <Button
            look="quiet"
            className="settings-header-remove"
            aria-label={text.remove(row.name.trim() || String(number))}
            onClick={onRemove}
          >
            <Trash2 aria-hidden />
          </Button>
        )}
      </div>
    </li>
  );
}
