import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Subscription } from "../../../../subscriptions/present.js";
import { client } from "../../api/client.js";
import { queries } from "../../api/queries.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Failure } from "../../ui/failure.js";
import { Notice } from "../../ui/notice.js";
import { SelectField } from "../../ui/select-field.js";
import { Skeleton } from "../../ui/skeleton.js";
import { hears } from "./hears.js";
import { TestOutcome } from "./test-outcome.js";

/** Sends an example to the endpoint, and shows what became of it. */
export function SendTestDialog(props: { readonly subscription: Subscription; readonly onClose: () => void }) {
  const { deliveries, common } = useText();
  const text = deliveries.sendTest;
  const { subscription, onClose } = props;
  const queryClient = useQueryClient();
  const catalogue = useQuery(queries.catalogue(subscription.scope));
  const [chosen, setChosen] = useState("");
  const types = (catalogue.data?.events ?? [])
    .filter(({ type, example }) => example !== null && hears(subscription.events, type))
    .map(({ type }) => type);
  const type = types.includes(chosen) ? chosen : types[0];
  const send = useMutation({
    mutationFn: (wanted: string) => client.subscriptions.sendTest(subscription.id, { type: wanted }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["deliveries"] }),
  });
  const canSend = subscription.url !== null && type !== undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title={text.title(subscription.name)}
      description={text.text}
      actions={
        <>
          <Button onClick={onClose}>{common.close}</Button>
          {canSend && (
            <Button look="primary" busy={send.isPending} onClick={() => send.mutate(type)}>
              {send.isIdle ? text.send : text.again}
            </Button>
          )}
        </>
      }
    >
      {subscription.url === null && <Notice tone="warn">{text.noUrl}</Notice>}
      {catalogue.isPending && <Skeleton lines={2} />}
      {catalogue.isError && <Failure error={catalogue.error} onRetry={() => catalogue.refetch()} />}
      {catalogue.isSuccess && types.length === 0 && <Notice tone="info">{text.none}</Notice>}
      {type !== undefined && (
        <SelectField
          label={text.type}
          value={type}
          options={types.map((value) => ({ value, label: value }))}
          onChange={setChosen}
        />
      )}
      {send.isError && type !== undefined && (
        <Failure error={send.error} onRetry={() => send.mutate(type)} title={text.bad} />
      )}
      {send.isSuccess && <TestOutcome delivery={send.data} />}
    </Dialog>
  );
}
