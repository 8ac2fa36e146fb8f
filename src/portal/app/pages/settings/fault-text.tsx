/** What is wrong with something that is no field of one line; the reader is led to it. */
export function FaultText({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p className="field-error settings-fault" data-fault="" tabIndex={-1}>
      {text}
    </p>
  );
}
