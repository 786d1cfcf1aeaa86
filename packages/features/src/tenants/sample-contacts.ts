import type { Locale } from '@zaphub/types';
import { sampleWords } from './sample-words.ts';

/** One contact of the sample data. */
export interface SampleContact {
  phone: string;
  name: string | null;
  attributes: Record<string, string>;
  tags: string[];
  opted_out: boolean;
}

/**
 * Sixty contacts that look like a small shop's: mostly Brazilian, some abroad, two opted out, one without a name.
 * The numbers are well formed but belong to nobody: Brazil's unassigned 90 series, the ranges that the USA and
 * Britain keep for fiction.
 */
export function sampleContacts(locale: Locale): SampleContact[] {
  const words = sampleWords[locale];
  return people.map((person, index) => {
    const [name, city] = person;
    const tags = [words.tags.customer];
    if (index % 7 === 3) tags.push(words.tags.vip);
    if (index % 3 === 0) tags.push(words.tags.news);
    return {
      phone: phoneOf(city, index),
      name: index === 41 ? null : name,
      attributes: {
        [words.attributes.city]: city,
        [words.attributes.product]: words.products[index % words.products.length] ?? '',
        [words.attributes.coupon]: `ZAP${String(1000 + index * 37)}`,
      },
      tags,
      opted_out: index === 22 || index === 47,
    };
  });
}

function phoneOf(city: string, index: number): string {
  const areaCode = areaCodes[city];
  if (areaCode !== undefined) return `+55${areaCode}9000010${String(index).padStart(2, '0')}`;
  return city === 'Austin' ? `+15125550${String(100 + index)}` : `+447700900${String(100 + index)}`;
}

const areaCodes: Readonly<Record<string, string>> = {
  'São Paulo': '11',
  Campinas: '19',
  'Rio de Janeiro': '21',
  'Belo Horizonte': '31',
  Curitiba: '41',
  Florianópolis: '48',
  'Porto Alegre': '51',
  Brasília: '61',
  Salvador: '71',
  Recife: '81',
  Fortaleza: '85',
  Manaus: '92',
};

const people: readonly (readonly [string, string])[] = [
  ['Ana Souza', 'São Paulo'],
  ['Bruno Almeida', 'Rio de Janeiro'],
  ['Camila Ferreira', 'Belo Horizonte'],
  ['Diego Nascimento', 'Curitiba'],
  ['Elisa Barbosa', 'Salvador'],
  ['Felipe Cardoso', 'São Paulo'],
  ['Gabriela Martins', 'Recife'],
  ['Henrique Rocha', 'Porto Alegre'],
  ['Isabela Gomes', 'Fortaleza'],
  ['João Pedro Lima', 'São Paulo'],
  ['Karina Duarte', 'Brasília'],
  ['Lucas Ribeiro', 'Campinas'],
  ['Mariana Castro', 'Florianópolis'],
  ['Nelson Teixeira', 'Manaus'],
  ['Olívia Moreira', 'Rio de Janeiro'],
  ['Paulo César Dias', 'São Paulo'],
  ['Quitéria Ramos', 'Recife'],
  ['Rafael Monteiro', 'Curitiba'],
  ['Sabrina Freitas', 'Belo Horizonte'],
  ['Thiago Araújo', 'Salvador'],
  ['Úrsula Neves', 'Porto Alegre'],
  ['Vinícius Correia', 'Fortaleza'],
  ['Wanda Farias', 'São Paulo'],
  ['Xavier Pinto', 'Brasília'],
  ['Yasmin Carvalho', 'Campinas'],
  ['Zilda Azevedo', 'Florianópolis'],
  ['André Luiz Melo', 'São Paulo'],
  ['Beatriz Cunha', 'Rio de Janeiro'],
  ['Caio Vasconcelos', 'Recife'],
  ['Daniela Siqueira', 'Curitiba'],
  ['Emily Carter', 'Austin'],
  ['Eduardo Batista', 'Belo Horizonte'],
  ['Fernanda Peixoto', 'São Paulo'],
  ['Gustavo Rezende', 'Manaus'],
  ['Helena Macedo', 'Porto Alegre'],
  ['Oliver Bennett', 'London'],
  ['Igor Fonseca', 'Salvador'],
  ['Juliana Prado', 'Fortaleza'],
  ['Kauã Bittencourt', 'São Paulo'],
  ['Larissa Queiroz', 'Brasília'],
  ['Marcelo Tavares', 'Campinas'],
  ['Natália Viana', 'Florianópolis'],
  ['Otávio Sampaio', 'São Paulo'],
  ['Priscila Andrade', 'Rio de Janeiro'],
  ['Grace Mitchell', 'Austin'],
  ['Ricardo Guimarães', 'Recife'],
  ['Simone Lacerda', 'Curitiba'],
  ['Tatiana Borges', 'Belo Horizonte'],
  ['Ulisses Camargo', 'Salvador'],
  ['Vanessa Pires', 'São Paulo'],
  ['Wesley Antunes', 'Porto Alegre'],
  ['Harry Thompson', 'London'],
  ['Yuri Drummond', 'Fortaleza'],
  ['Aline Coutinho', 'Manaus'],
  ['Bernardo Leite', 'São Paulo'],
  ['Cecília Amaral', 'Brasília'],
  ['Davi Lucas Reis', 'Campinas'],
  ['Eliane Toledo', 'Florianópolis'],
  ['Fábio Mendonça', 'Rio de Janeiro'],
  ['Giovana Santana', 'São Paulo'],
];
