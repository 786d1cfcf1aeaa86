const firstNames = [
  'Ana',
  'Bruno',
  'Camila',
  'Diego',
  'Elisa',
  'Fábio',
  'Giovana',
  'Heitor',
  'Isabela',
  'João',
];
const lastNames = ['Souza', 'Almeida', 'Ferreira', 'Nascimento', 'Barbosa', 'Cardoso', 'Santana', 'Rocha'];
const products = ['Pão de queijo', 'Café coado', 'Bolo de fubá', 'Broa'];

/** A file as a Brazilian spreadsheet exports it; its second row has a phone that is none. */
export function contactsCsv(goodRows: number): string {
  const lines = ['Nome;Telefone;Produto;Etiquetas', 'Telefone Errado;12;Café coado;'];
  for (let index = 0; index < goodRows; index++) {
    const name = `${firstNames[index % firstNames.length]} ${lastNames[index % lastNames.length]}`;
    const phone = `(11) 9${7000 + Math.floor(index / 10_000)}-${String(index % 10_000).padStart(4, '0')}`;
    lines.push(`${name};${phone};${products[index % products.length]};${index % 4 === 0 ? 'vip' : ''}`);
  }
  return lines.join('\n');
}
