import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Delivery } from "../../../../history/delivery.js";
import { client } from "../../api/client.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { Confirm } from "../../ui/confirm.js";
import { useErrorText } from "../../ui/error-text.js";
import { useToast } from "../../ui/toasts.js";

/** Tries a delivery once more, whatever became of it; calls it off while it is open. */
export function DeliveryActions({
  delivery,
  isEnabled,
}: {
  readonly delivery: Delivery;
  readonly isEnabled: boolean;
}) {
  const { delivery: text, errors } = useText();
  const { id, completedAt } = delivery;
  const [asks, setAsks] = useState(false);
  const queryClient = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const onError = (error: Error) => {
    toast.add({ title: errors.toast, description: errorText(error).text, type: "bad" });
  };
  const onSettled = () => {
    setAsks(false);
    return queryClient.invalidateQueries({ queryKey: ["deliveries"] });
  };
  const retry = useMutation({
    mutationFn: () => client.deliveries.retry(id),
    onSuccess: () => toast.add({ title: isEnabled ? text.retry.done : text.retry.waits, type: "good" }),
    onError,
    onSettled,
  });
  const cancel = useMutation({
    mutationFn: () => client.deliveries.cancel(id),
    onSuccess: () => toast.add({ title: text.cancel.done, type: "good" }),
    onError,
    onSettled,
  });
  const state = completedAt === null ? "open" : "closed";
  return (
    <div className="delivery-actions">
      <div className="delivery-buttons">
        <Button busy={retry.isPending} aria-describedby="delivery-retry-hint" onClick={() => retry.mutate()}>
          {text.retry.verb[state]}
        </Button>
        {(state === "open" || asks) && (
          <Button look="danger" onClick={() => setAsks(true)}>
            {text.cancel.verb}
          </Button>
        )}
      </div>
      <p id="delivery-retry-hint" className="delivery-muted">
        {text.retry.hint[state]} {!isEnabled && text.retry.disabled}
      </p>
      <Confirm
        open={asks}
        onClose={() => setAsks(false)}
        onConfirm={() => cancel.mutate()}
        title={text.cancel.title(id)}
        verb={text.cancel.verb}
        busy={cancel.isPending}
      >
        <p>{text.cancel.text}</p>
      </Confirm>
    </div>
  );
}
