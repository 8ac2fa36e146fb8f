import { useMutation } from "@tanstack/react-query";
import { isClientError } from "hookwright/client";
import { type SubmitEvent, useState } from "react";
import { useLocation } from "wouter";
import type { Subscription } from "../../../../subscriptions/present.js";
import { client } from "../../api/client.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { useErrorText } from "../../ui/error-text.js";
import { SelectField } from "../../ui/select-field.js";
import { TextField } from "../../ui/text-field.js";
import { type Filter, STATUSES } from "./filter.js";

/** Chooses which deliveries to look at: by status, or by an id. */
export function FilterBar(props: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly subscription: Subscription;
}) {
  const { deliveries: text, common } = useText();
  const { filter, onChange, subscription } = props;
  const [, navigate] = useLocation();
  const errorText = useErrorText();
  const [id, setId] = useState(filter.eventId ?? "");
  const find = useMutation({
    /** Whether a delivery has this id. Any other id is taken for an event's. */
    mutationFn: (wanted: string) =>
      client.deliveries.get(wanted).catch((error: unknown) => {
        if (isClientError(error, "NOT_FOUND")) return null;
        throw error;
      }),
    onSuccess: (delivery, wanted) => {
      if (delivery?.subscriptionId !== subscription.id) return onChange({ status: null, eventId: wanted });
      navigate(
        `/subscriptions/${encodeURIComponent(subscription.id)}/deliveries/${encodeURIComponent(wanted)}`,
      );
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = id.trim();
    if (wanted === "") return onChange({ ...filter, eventId: null });
    if (!find.isPending) find.mutate(wanted);
  };
  return (
    <search aria-label={text.filters}>
      <form className="filter-bar" onSubmit={submit}>
        <SelectField
          label={text.status}
          value={filter.status ?? ""}
          options={[
            { value: "", label: text.anyStatus },
            ...STATUSES.map((status) => ({ value: status, label: common.deliveryStatus[status] })),
          ]}
          onChange={(status) => onChange({ ...filter, status: status === "" ? null : status })}
        />
        <div className="filter-bar-id">
          <TextField
            label={text.id}
            hint={text.idHint}
            error={find.isError ? errorText(find.error).text : undefined}
            value={id}
            onChange={setId}
            input={{ type: "search", maxLength: 300, spellCheck: false }}
          />
        </div>
        <div className="filter-bar-buttons">
          <Button type="submit" busy={find.isPending}>
            {text.find}
          </Button>
          {(filter.status !== null || filter.eventId !== null) && (
            <Button look="quiet" onClick={() => onChange({ status: null, eventId: null })}>
              {text.showAll}
            </Button>
          )}
        </div>
      </form>
    </search>
  );
}
