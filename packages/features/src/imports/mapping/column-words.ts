/** Names of columns that hold phones, best first: of several, the first kind that occurs is taken. */
export const phoneWords = [
  'whatsapp',
  'celular',
  'movil',
  'mobile',
  'cell',
  'telefone',
  'telefono',
  'phone',
  'fone',
  'tel',
  'numero',
  'number',
  'contato',
  'contacto',
  'msisdn',
];

export const nameWords = [
  'nomecompleto',
  'nombrecompleto',
  'fullname',
  'nome',
  'nombre',
  'name',
  'cliente',
  'customer',
  'contactname',
  'primeironome',
  'firstname',
];

export const tagWords = [
  'tags',
  'tag',
  'etiquetas',
  'etiqueta',
  'labels',
  'label',
  'grupos',
  'grupo',
  'groups',
  'group',
  'segmento',
  'segment',
];
