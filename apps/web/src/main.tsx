import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BootFailure } from '#app/boot-failure.tsx';
import { Providers } from '#app/providers.tsx';
import { createI18n, switchLanguage } from '#i18n/create-i18n.ts';
import { matchLanguage } from '#i18n/languages.ts';
import { loadConfig } from '#lib/config.ts';
import type { Services } from '#lib/services.tsx';
import { keepChoice, readChoice } from '#lib/storage.ts';
import { followSystemTheme } from '#lib/theme.ts';
import './styles.css';

const container = document.getElementById('root');
if (container === null) throw new Error('index.html has no #root');
const root = createRoot(container);
void boot();

async function boot(): Promise<void> {
  followSystemTheme();
  const stored = readChoice('language');
  const i18n = await createI18n(
    matchLanguage([...(stored === null ? [] : [stored]), ...navigator.languages]),
  );
  try {
    // Supabase's client is a chunk of its own: it arrives while the configuration is read.
    const [config, { createAuth }] = await Promise.all([loadConfig(), import('#lib/auth.ts')]);
    const services: Services = {
      auth: await createAuth(config),
      version: config.version,
      providers: config.providers,
      language: () => matchLanguage([i18n.language]),
      setLanguage: async (language, { keep }) => {
        if (keep) keepChoice('language', language);
        await switchLanguage(i18n, language);
      },
    };
    root.render(
      <StrictMode>
        <Providers services={services} i18n={i18n} />
      </StrictMode>,
    );
  } catch {
    root.render(<BootFailure i18n={i18n} onRetry={() => void boot()} />);
  }
}
