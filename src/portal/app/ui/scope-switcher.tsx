import { useScope } from "../api/scope.js";
import { session } from "../api/session.js";
import { useText } from "../text/index.js";
import { SelectField } from "./select-field.js";
import "./scope-switcher.css";

/** Chooses the scope that is looked at; nothing where there is only one. */
export function ScopeSwitcher() {
  const { shell } = useText();
  const [scope, setScope] = useScope();
  if (session.scopes.length < 2) return null;
  return (
    <div className="scope-switcher">
      <SelectField
        label={shell.scope}
        value={scope}
        options={session.scopes.map((each) => ({ value: each.scope, label: each.label }))}
        onChange={setScope}
      />
    </div>
  );
}
