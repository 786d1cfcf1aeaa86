import type { Page } from '@playwright/test';
import { expectNoViolations } from './support/axe.ts';
import { contactsCsv } from './support/contacts-csv.ts';
import { beSignedIn, expect, test } from './support/test.ts';

const screens = [
  { path: '/', ready: 'Recent imports' },
  { path: '/contacts', ready: 'Receives messages' },
  { path: '/contacts/imports', ready: 'Import history' },
  { path: '/contacts/imports/new', ready: 'Choose a file' },
  { path: '/templates', ready: 'Changed' },
  { path: '/templates/new', ready: 'Only you see it.' },
  { path: '/campaigns', ready: 'Finished' },
  { path: '/campaigns/new', ready: 'Who gets it?' },
  { path: '/failures', ready: 'Messages that did not arrive' },
  { path: '/connections', ready: 'Connected' },
  { path: '/connections/new', ready: 'How does it connect?' },
  { path: '/connections/pools', ready: 'Make a pool' },
  { path: '/connections/pools/new', ready: 'How they share' },
  { path: '/settings', ready: 'Numbers to send from' },
  { path: '/nowhere', ready: 'There is nothing here' },
] as const;

beSignedIn();

test('every screen passes axe, light and dark', async ({ page }) => {
  // Each screen is looked at twice, and there are more of them with every feature.
  test.slow();
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

test('the columns of a file pass axe', async ({ page }) => {
  await page.goto('/contacts/imports/new');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  const file = { name: 'pessoas.csv', mimeType: 'text/csv', buffer: Buffer.from(contactsCsv(20)) };
  await (await choosing).setFiles(file);
  await expect(page.getByText('1 of these rows cannot be used.')).toBeVisible();
  await expectNoViolations(page);
});

test('questions, and a campaign while it is being sent, pass axe', async ({ page }) => {
  const question = page.getByRole('alertdialog');
  await page.goto('/campaigns/new');
  await page.getByLabel('Name', { exact: true }).fill('Slow');
  await page.getByLabel('Template', { exact: true }).click();
  await page.getByRole('option').first().click();
  await page.getByText('Slower').click();
  await page.getByLabel('Messages a second').fill('1');
  await page.getByRole('button', { name: 'Send now…' }).click();
  await expect(question).toBeVisible();
  await expectNoViolations(page);
  await question.getByRole('button', { name: 'Send now' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expectNoViolations(page);
  // One a second: it is not at its end, however slow this machine is.
  await page.getByRole('button', { name: 'Cancel campaign' }).click();
  await expect(question).toBeVisible();
  await expectNoViolations(page);
  await question.getByRole('button', { name: 'Cancel campaign' }).click();
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
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
