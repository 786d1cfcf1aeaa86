import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/test.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const screens = [
  { path: '/', ready: 'Recent imports' },
  { path: '/contacts', ready: 'Receives messages' },
  { path: '/contacts/imports', ready: 'Import history' },
  { path: '/contacts/imports/new', ready: 'Choose a file' },
  { path: '/templates', ready: 'Changed' },
  { path: '/templates/new', ready: 'Only you see it.' },
  { path: '/campaigns', ready: 'Finished' },
  { path: '/campaigns/new', ready: 'Who gets it?' },
  { path: '/settings', ready: 'Numbers to send from' },
  { path: '/nowhere', ready: 'There is nothing here' },
] as const;

test.beforeEach(async ({ context, session, installation }) => {
  await context.addCookies(session.cookies);
  const stored = session.origins.find(({ origin }) => origin === installation.url)?.localStorage ?? [];
  await context.addInitScript((entries) => {
    for (const { name, value } of entries) localStorage.setItem(name, value);
  }, stored);
});

test('every screen passes axe, light and dark', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  for (const screen of screens) {
    await test.step(screen.path, async () => {
      await open(page, screen);
      await expectNoViolations(page);
    });
  }
  await test.step('a campaign, and the details of a contact', async () => {
    await page.goto('/campaigns');
    await page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
    await expect(page.getByText('Details')).toBeVisible();
    await expectNoViolations(page);
    await page.goto('/contacts');
    await page.getByRole('row').nth(1).getByRole('button').click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoViolations(page);
  });
});

test('sign-in passes axe', async ({ browser, installation }) => {
  const context = await browser.newContext({ baseURL: installation.url, locale: 'pt-BR' });
  const page = await context.newPage();
  await page.goto('/sign-in?next=/contacts');
  await expect(page.getByRole('heading', { name: 'Entrar' })).toBeVisible();
  await expectNoViolations(page);
  await context.close();
});

test('on a phone nothing is wider than the screen and the navigation is at the bottom', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const screen of screens) {
    if (screen.path === '/nowhere') continue;
    await test.step(screen.path, async () => {
      // The heading of the column is only in the table.
      await open(page, screen.path === '/contacts' ? { ...screen, ready: 'contacts' } : screen);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      const box = await page.getByRole('navigation', { name: 'Main' }).last().boundingBox();
      expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(844);
    });
  }
});

test('a failed request says what failed and can be tried again', async ({ page }) => {
  await page.route(/\/api\/v1\/contacts(\?|$)/, (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'about:blank',
        title: 'x',
        status: 500,
        code: 'internal',
        request_id: 'req-42',
      }),
    }),
  );
  await page.goto('/contacts');
  await expect(page.getByRole('alert')).toContainText('Contacts could not be loaded');
  await expect(page.getByRole('alert')).toContainText('req-42');
  await page.unroute(/\/api\/v1\/contacts(\?|$)/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('table')).toBeVisible();
});

test('the language and the theme change at once and stay', async ({ page }) => {
  await page.goto('/settings');
  await page.getByLabel('Language', { exact: true }).last().click();
  await page.getByRole('option', { name: 'Português (Brasil)' }).click();
  await expect(page.getByRole('heading', { name: 'Ajustes' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
  await page.getByRole('button', { name: 'Escuro' }).click();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.getByRole('link', { name: 'Contatos' }).first().click();
  await expect(page.getByRole('heading', { name: 'Contatos' })).toBeVisible();
});

async function open(page: Page, screen: { path: string; ready: string }): Promise<void> {
  await page.goto(screen.path);
  await expect(page.getByText(screen.ready).first()).toBeAttached();
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
}

async function expectNoViolations(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html.no-transitions')).toHaveCount(0);
    const { violations } = await new AxeBuilder({ page }).withTags(standards).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    expect(found, colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
