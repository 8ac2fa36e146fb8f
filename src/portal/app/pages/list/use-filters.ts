import { useSearchParams } from "wouter";
import { useTyped } from "../../ui/use-typed.js";
import { ALL, type Filters, filtersOf, withFilters } from "./filters.js";

/** What the list is filtered by, kept in the address. */
export interface FilterState {
  readonly filters: Filters;
  /** Changes some of them. */
  readonly choose: (change: Partial<Filters>) => void;
  /** Shows all, in the order that was chosen. */
  readonly clear: () => void;
}

/** Filters that can be linked and that survive going back. */
export function useFilters(): FilterState {
  const [params, setParams] = useSearchParams();
  const inAddress = filtersOf(params);
  const write = (change: Partial<Filters>) =>
    setParams((before) => withFilters(before, { ...filtersOf(before), ...change }), { replace: true });
  const [text, setText] = useTyped(inAddress.text, (typed) => write({ text: typed }));
  return {
    filters: { ...inAddress, text },
    choose({ text: typed, ...rest }) {
      if (typed !== undefined) setText(typed);
      if (Object.keys(rest).length > 0) write(rest);
    },
    clear() {
      setText("");
      write({ ...ALL, sort: inAddress.sort });
    },
  };
}
