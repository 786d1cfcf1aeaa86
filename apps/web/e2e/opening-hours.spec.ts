import { expectNoViolations } from './support/axe.ts';
import { beSignedIn, expect, test } from './support/test.ts';

beSignedIn();

test('a draft is tried on one number and given hours, also on a phone', async ({
  page,
  installation,
  session,
}) => {
  const stored = session.origins.find(({ origin }) => origin === installation.url)?.localStorage ?? [];
  const auth = stored.map(({ value }) => /"access_token":"([^"]+)"/.exec(value)?.[1]).find(Boolean);
  const headers = { authorization: `Bearer ${auth ?? ''}` };
  const templates = (await (await page.request.get('/api/v1/templates', { headers })).json()) as {
    data: { id: string }[];
  };
  const made = await page.request.post('/api/v1/campaigns', {
    headers,
    data: { name: 'With hours', template_id: templates.data[0]?.id, audience: { kind: 'all' } },
  });
  const { id } = (await made.json()) as { id: string };

  await page.goto(`/campaigns/${id}`);
  await page.getByRole('button', { name: 'Set hours…' }).click();
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Sat', exact: true }).click();
  await page.getByLabel('From').fill('08:30');
  await page.screenshot({ path: 'test-results/hours-form.png', fullPage: true });
  await page.getByRole('button', { name: 'Save hours' }).click();
  await expect(page.getByText('Mon, Tue, Wed, Thu, Fri, Sat')).toBeVisible();

  await page.getByLabel('Number', { exact: true }).fill('+5511912345678');
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText('Test on its way.')).toBeVisible();

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Change hours…' }).click();
  await expectNoViolations(page);
  await page.screenshot({ path: 'test-results/hours-phone.png', fullPage: true });
  await page.getByRole('button', { name: 'Schedule…' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await expectNoViolations(page);
  await page.screenshot({ path: 'test-results/hours-schedule.png' });
});
