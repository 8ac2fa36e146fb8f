import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Subscription } from "../../../../subscriptions/present.js";
import { client } from "../../api/client.js";
import { queries } from "../../api/queries.js";
import { may } from "../../api/session.js";
import { useText } from "../../text/index.js";
import { Button } from "../../ui/button.js";
import { useErrorText } from "../../ui/error-text.js";
import { Notice } from "../../ui/notice.js";
import { Time } from "../../ui/time.js";
import { useToast } from "../../ui/toasts.js";

/** Why nothing is sent, what to do about it, and the button that does it. Nothing for a webhook that is enabled or new. */
export function DisabledNotice({ subscription }: { readonly subscription: Subscription }) {
  const { subscription: text, errors } = useText();
  const queryClient = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  const enable = useMutation({
    mutationFn: () => client.subscriptions.enable(subscription.id),
    onSuccess: (enabled) => {
      queryClient.setQueryData(queries.subscription(subscription.id).queryKey, enabled);
      toast.add({ title: text.enabledAgain, type: "good" });
    },
    onError: (error) => toast.add({ title: errors.toast, description: errorText(error).text, type: "bad" }),
  });
  const { enabled, disabledReason, disabledMessage, disabledAt } = subscription;
  if (enabled || disabledReason === null) return null;
  return (
    <Notice
      tone={disabledReason === "manual" ? "info" : "bad"}
      title={text.disabledTitle[disabledReason]}
      actions={
        may("write") && (
          <Button busy={enable.isPending} onClick={() => enable.mutate()}>
            {text.enableAgain}
          </Button>
        )
      }
    >
      <p>
        {disabledMessage} {disabledAt !== null && <Time at={disabledAt} />}
      </p>
      <p>{text.disabledAdvice[disabledReason]}</p>
    </Notice>
  );
}
