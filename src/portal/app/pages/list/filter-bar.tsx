import { useText } from "../../text/index.js";
import { SelectField } from "../../ui/select-field.js";
import { TextField } from "../../ui/text-field.js";
import { type Filters, SORTS } from "./filters.js";
import { HEALTHS } from "./health.js";
import "./filter-bar.css";

/** What the list is narrowed down and sorted by. */
export function FilterBar(props: {
  readonly filters: Filters;
  readonly onChange: (change: Partial<Filters>) => void;
}) {
  const { list, common } = useText();
  const { filters, onChange } = props;
  const any = { value: "", label: list.any } as const;
  return (
    <search className="filter-bar" aria-label={list.filters}>
      <div className="filter-bar-text">
        <TextField
          label={list.search}
          value={filters.text}
          onChange={(text) => onChange({ text })}
          input={{ type: "search", placeholder: list.searchHint }}
        />
      </div>
      <SelectField
        label={list.columns.status}
        value={filters.status}
        options={[
          any,
          { value: "enabled", label: list.statuses.enabled },
          { value: "disabled", label: list.statuses.disabled },
        ]}
        onChange={(status) => onChange({ status })}
      />
      <SelectField
        label={list.columns.health}
        value={filters.health}
        options={[any, ...HEALTHS.map((value) => ({ value, label: list.health[value] }))]}
        onChange={(health) => onChange({ health })}
      />
      <SelectField
        label={list.columns.type}
        value={filters.type}
        options={[
          any,
          { value: "event", label: common.type.event },
          { value: "batch", label: common.type.batch },
        ]}
        onChange={(type) => onChange({ type })}
      />
      <SelectField
        label={list.sort}
        value={filters.sort}
        options={SORTS.map((value) => ({ value, label: list.sorts[value] }))}
        onChange={(sort) => onChange({ sort })}
      />
    </search>
  );
}
