import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Download, Page } from '@playwright/test';
import { expectNoViolations } from './support/axe.ts';
import { contactsCsv } from './support/contacts-csv.ts';
import { expect, owner, test } from './support/test.ts';

const people = 900;
/** Slow enough to be watched and paused on a busy machine. */
const perSecond = 60;
const screenshot = fileURLToPath(new URL('../../../docs/screenshots/dashboard.png', import.meta.url));

test('from the setup token to a report, and a second campaign that is called off', async ({
  page,
  installation,
}) => {
  await test.step('set up with the token', async () => {
    await page.goto('/');
    await expect(page).toHaveURL(/\/setup$/);
    await page.getByLabel('Setup token').fill('not-the-token');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('This setup token does not open this installation')).toBeVisible();
    await expectNoViolations(page);

    await page.goto('about:blank');
    await page.goto(`/setup#token=${installation.token}`);
    await page.getByLabel('E-mail').fill(owner.email);
    expect(page.url()).not.toContain(installation.token);
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.getByText('Use at least 10 characters.')).toBeVisible();
    await expectNoViolations(page);
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Create account' }).click();

    await expect(page.getByLabel('Country')).toHaveValue('Brazil');
    await expect(page.getByLabel('Time zone')).toHaveValue('America/Sao Paulo');
    await expectNoViolations(page);
    await page.getByLabel('Workspace name').fill('Padaria Aurora');
    await page.getByRole('button', { name: 'Open ZapHub' }).click();
    await expect(page.getByText('1 of 4 done')).toBeVisible();
  });

  await test.step('import a file with one bad row', async () => {
    await page.getByRole('link', { name: 'Import contacts' }).click();
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    const file = { name: 'clientes.csv', mimeType: 'text/csv', buffer: Buffer.from(contactsCsv(people)) };
    await (await choosing).setFiles(file);

    await expect(page.getByText('separated by semicolons')).toBeVisible();
    await expect(page.getByText('1 of these rows cannot be used.')).toBeVisible();
    await expect(page.getByText('This is no valid phone number.')).toBeVisible();
    await page.getByLabel('Add these tags').fill('launch');
    await page.getByRole('button', { name: 'Import contacts' }).click();

    await expect(page.getByRole('heading', { name: 'clientes.csv is in' })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('definition').filter({ hasText: `${people}` })).toBeVisible();
    const errors = await contentOf(await downloadBy(page, 'Download the list of errors'));
    expect(errors).toContain('phone_invalid');
  });

  await test.step('write a template, with a missing variable flagged', async () => {
    await page.getByRole('link', { name: 'Write a template' }).click();
    await expect(page.getByRole('heading', { name: 'New template' })).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Oferta de novembro');
    const message = page.getByLabel('Message', { exact: true });
    await message.fill('Oi, ');
    await page.getByRole('button', { name: 'Insert first_name' }).click();
    await message.pressSequentially('! 🥐\n\nTemos *20%* em {{ produto }} com o cupom {{ cupom }}.');
    await expect(page.getByTestId('missing-variable')).toContainText('cupom');
    await expect(page.getByRole('figure').getByText('cupom?')).toBeVisible();
    await expect(page.getByRole('figure').locator('strong')).toHaveText('20%');

    await message.fill(
      (await message.inputValue()).replace('{{ cupom }}', '{{ cupom | default: "AURORA20" }}'),
    );
    await expect(page.getByTestId('missing-variable')).toBeHidden();
    await expect(page.getByRole('figure')).toContainText('AURORA20');
    await page.getByRole('button', { name: 'Create template' }).click();
    await expect(page.getByRole('heading', { name: 'Oferta de novembro' })).toBeVisible();
  });

  await test.step('see who gets it, and send', async () => {
    await page.getByRole('link', { name: 'Use in a campaign' }).click();
    await expect(page.getByRole('heading', { name: 'New campaign' })).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Oferta de novembro');
    await expect(page.getByTestId('will-receive')).toHaveText(`${people}`);
    await page.getByText('Slower').click();
    await page.getByLabel('Messages a second').fill(`${perSecond}`);
    await page.getByRole('button', { name: 'Send now…' }).click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText(`Send to ${people} people now?`);
    await question.getByRole('button', { name: 'Send now' }).click();
    await expect(page).toHaveURL(/\/campaigns\/cmp_/);
  });

  await test.step('watch it live, pause, resume, to the end', async () => {
    const percent = page.getByTestId('campaign-percent');
    await expect
      .poll(() => percentOf(percent.textContent()), { intervals: [200], timeout: 30_000 })
      .toBeGreaterThan(40);
    await takeReadmeScreenshot(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByText('Paused', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 30_000 });
    await expect(percent).toHaveText('100%');
    await expect(page.getByTestId('bucket-dlq')).toHaveText('0');
    await expect(page.getByTestId('bucket-open')).toHaveText('0');
  });

  await test.step('download the report', async () => {
    const report = await contentOf(await downloadBy(page, 'Download report'));
    expect(report.trim().split(/\r?\n/)).toHaveLength(people + 1);
  });

  await test.step('schedule a second campaign and call it off', async () => {
    await page.getByRole('link', { name: 'Campaigns' }).first().click();
    await page.getByRole('link', { name: 'New campaign' }).click();
    await expect(page.getByRole('heading', { name: 'New campaign' })).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Segunda rodada');
    await page.getByLabel('Template', { exact: true }).click();
    await page.getByRole('option', { name: 'Oferta de novembro' }).click();
    await page.getByText('Contacts with a tag').click();
    await page.getByLabel('Tag', { exact: true }).click();
    await page.getByRole('option', { name: 'vip' }).click();
    await expect(page.getByTestId('will-receive')).toHaveText(`${people / 4}`);
    await page.getByRole('button', { name: 'Schedule…' }).click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText('GMT-3');
    await question.getByRole('button', { name: 'Schedule' }).click();
    await expect(page.getByText('Scheduled', { exact: true })).toBeVisible();

    await page.getByRole('button', { name: 'Cancel campaign' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel campaign' }).click();
    await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
  });

  await test.step('the checklist has ticked itself away', async () => {
    await page.getByRole('link', { name: 'Home' }).first().click();
    await expect(page.getByText('in your latest campaigns')).toBeVisible();
    await expect(page.getByText('Get to your first campaign')).toBeHidden();
  });
});

async function downloadBy(page: Page, button: string): Promise<Download> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return download;
}

async function contentOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

async function percentOf(text: Promise<string | null>): Promise<number> {
  return Number.parseFloat((await text) ?? '0');
}

/** The README's picture: made when there is none, or when asked for, so that a test run leaves the tree as it was. */
async function takeReadmeScreenshot(page: Page): Promise<void> {
  if (existsSync(screenshot) && process.env['ZAPHUB_SCREENSHOTS'] !== '1') return;
  await mkdir(dirname(screenshot), { recursive: true });
  await page.screenshot({ path: screenshot });
}
