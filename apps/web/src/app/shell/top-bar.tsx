import { Logo } from '#components/logo.tsx';
import { useWorkspace } from '#lib/workspace.ts';
import { AccountMenu } from './account-menu.tsx';
import { LiveDot } from './live-dot.tsx';

/** Phones only. */
export function TopBar() {
  const { tenant } = useWorkspace();
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-2.5 border-b bg-background/90 px-4 backdrop-blur md:hidden">
      <Logo className="size-7" />
      <span className="min-w-0 flex-1 truncate text-[0.9375rem] font-semibold tracking-tight">
        {tenant.name}
      </span>
      <LiveDot />
      <AccountMenu compact />
    </header>
  );
}
