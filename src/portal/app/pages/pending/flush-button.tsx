import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Subscription } from "../../../../subscriptions/present.js";
import { client } from "../../api/client.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { useErrorText } from "../../ui/error-text.js";
import { useToast } from "../../ui/toasts.js";

/** Sends what waits, now, and says how much that was. */
export function FlushButton({ subscription }: { readonly subscription: Subscription }) {
  const { pending: text, errors } = useText();
  const queryClient = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const flush = useMutation({
    mutationFn: () => client.subscriptions.flush(subscription.id),
    onSuccess: (count) =>
      toast.add({
        title: text.flushed(count),
        description: text.flushedHint,
        type: "good",
      }),
    onError: (error) => toast.add({ title: errors.toast, description: errorText(error).text, type: "bad" }),
    onSettled: () => queryClient.invalidateQueries(),
  });
  return (
    <Button look="primary" busy={flush.isPending} onClick={() => flush.mutate()}>
      {text.flush}
    </Button>
  );
}
