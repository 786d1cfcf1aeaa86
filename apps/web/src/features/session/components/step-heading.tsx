/** The heading of a step of the set-up. */
export function StepHeading({ title, note }: { title: string; note: string }) {
  return (
    <>
      <h1 className="text-2xl font-semibold tracking-tight text-balance">{title}</h1>
      <p className="mt-1.5 text-sm leading-relaxed text-pretty text-muted-foreground">{note}</p>
    </>
  );
}
