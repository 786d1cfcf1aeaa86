import { Logo } from '#components/logo.tsx';

/** The first moments, before it is known who is there. Shows nothing at all if they are short. */
export function Splash() {
  return (
    <div className="appear-late flex min-h-dvh items-center justify-center" aria-busy>
      <Logo className="size-12 animate-pulse" />
    </div>
  );
}
