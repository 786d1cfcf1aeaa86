import { expectNoViolations } from './support/axe.ts';
import { beSignedIn, expect, test } from './support/test.ts';

beSignedIn();

test('two contacts become one and are taken apart; words are tried before they are saved', async ({
  page,
}) => {
  const [name, other] = ['Ana Souza', 'Bruno Almeida'];
  await page.goto(`/contacts?q=${name}`);
  await page.getByRole('row').nth(1).getByRole('button', { name }).click();
  await page.getByRole('link', { name: 'Open the contact’s page' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expectNoViolations(page);

  await page.getByRole('button', { name: 'Note that they want no messages…' }).click();
  await page.getByLabel('What they said, and where').fill('Phone call, 10:30');
  await page.getByRole('button', { name: 'Stop messages' }).click();
  await expect(page.getByText('Phone call, 10:30')).toBeVisible();

  await page.getByRole('button', { name: 'Merge with another contact…' }).click();
  await page.getByLabel('Search for the other contact').fill(other);
  await page.getByRole('dialog').getByRole('button', { name: other }).first().click();
  await expect(page.getByText('One of them has opted out')).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByRole('button', { name: `Take ${other} apart` }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take apart' }).click();
  await expect(page.getByText('Taken apart again on')).toBeVisible();

  await page.goto('/opt-outs');
  await page.getByLabel('Your own words for stopping').fill('chega');
  await page.getByLabel('Would this sentence opt somebody out?').fill('Chega, por favor!');
  await expect(page.getByText('It is your own word “chega”.')).toBeVisible();
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Save words' }).click();
  await expect(page.getByText('Words saved.')).toBeVisible();

  await page.goto('/campaigns/holidays');
  await page.getByRole('button', { name: /Add \d+ days to the list/ }).click();
  await expect(page.getByRole('button', { name: 'All on the list' })).toBeVisible();
  await expectNoViolations(page);
});
