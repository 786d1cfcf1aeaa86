/** Area codes that Brazil's numbering plan gives out. */
const brazil = '1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9]';
/** A mobile as it is today: since 2016 every one begins with a nine, before what used to be its eight digits. */
const brazilNine = new RegExp(`^\\+55(${brazil})9([6-9][0-9]{7})$`);
/** As it was. Eight digits that begin with 2 to 5 are a landline and have no other form. */
const brazilEight = new RegExp(`^\\+55(${brazil})([6-9][0-9]{7})$`);
/** Mexico's mobiles had a 1 after the country's code until 2019. */
const mexicoOld = /^\+521([2-9][0-9]{9})$/;
const mexico = /^\+52([2-9][0-9]{9})$/;

const e164 = /^\+[1-9][0-9]{6,14}$/;

/**
 * Every way of writing one person's number: first the one that contacts are stored under, then the other one by which
 * networks may still know it. Accounts made before a plan was changed keep the old form there, so both must be looked
 * for. One form for most of the world; none for what is no number in E.164.
 */
export function phoneForms(phone: string): readonly string[] {
  if (!e164.test(phone)) return [];
  const nine = brazilNine.exec(phone);
  if (nine !== null) return [phone, `+55${nine[1]}${nine[2]}`];
  const eight = brazilEight.exec(phone);
  if (eight !== null) return [`+55${eight[1]}9${eight[2]}`, phone];
  const old = mexicoOld.exec(phone);
  if (old !== null) return [`+52${old[1]}`, phone];
  const modern = mexico.exec(phone);
  return modern === null ? [phone] : [phone, `+521${modern[1]}`];
}
