import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useText } from "../text/index.js";
import { Button } from "./button.js";
import { useToast } from "./toasts.js";

/** Copies a text. Says that it did, also to a screen reader; where the browser refuses, says what to do. */
export function CopyButton(props: {
  readonly text: string;
  /** What is copied, for the name of the button. */
  readonly label: string;
}) {
  const { common } = useText();
  const toast = useToast();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(setCopied, 2_000, false);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(props.text);
      setCopied(true);
    } catch {
      toast.add({ title: common.copyFailed, type: "bad" });
    }
  }

  return (
    <Button
      look="quiet"
      onClick={copy}
      aria-label={`${copied ? common.copied : common.copy}: ${props.label}`}
    >
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{copied ? common.copied : common.copy}</span>
    </Button>
  );
}
