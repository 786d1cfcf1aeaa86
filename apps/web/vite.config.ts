import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './build/precompress.ts';

/** Where `vite` forwards the API while developing; `zaphub start` listens there by default. */
const backend = process.env['ZAPHUB_URL'] ?? 'http://127.0.0.1:4400';

/**
 * Vendor chunks from the most to the least shared: a group takes its dependencies with it, so what everything
 * needs must be claimed first.
 */
const vendorGroups = [
  {
    name: 'react',
    test: /node_modules[\\/](react|react-dom|react-router|scheduler|use-sync-external-store|cookie|set-cookie-parser)[\\/]/,
  },
  {
    // What even the sign-in page needs; menus, lists and dialogs come with the frame of the first screen.
    name: 'ui',
    test: /node_modules[\\/](sonner|class-variance-authority|clsx|tailwind-merge)[\\/]|@base-ui[\\/]react[\\/]button[\\/]/,
  },
  { name: 'query', test: /node_modules[\\/]@tanstack[\\/]/ },
  { name: 'forms', test: /node_modules[\\/](react-hook-form|@hookform|zod)[\\/]/ },
  { name: 'controls', test: /node_modules[\\/](@base-ui|@floating-ui|tabbable)[\\/]/ },
  { name: 'utils', test: /node_modules[\\/](i18next|react-i18next)[\\/]/ },
];

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/api', '/auth', '/rest', '/config.json'].map((path) => [path, backend])),
  },
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: vendorGroups.map((group, index) => ({ ...group, priority: 100 - index })),
        },
      },
    },
  },
});
