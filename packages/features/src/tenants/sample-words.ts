import type { Locale } from '@zaphub/types';

interface SampleWords {
  readonly attributes: { readonly city: string; readonly product: string; readonly coupon: string };
  readonly tags: { readonly customer: string; readonly vip: string; readonly news: string };
  readonly products: readonly string[];
  readonly template: { readonly name: string; readonly body: string };
}

/** The words of the sample data in each language. */
export const sampleWords: Readonly<Record<Locale, SampleWords>> = {
  'pt-BR': {
    attributes: { city: 'cidade', product: 'produto', coupon: 'cupom' },
    tags: { customer: 'clientes', vip: 'vip', news: 'novidades' },
    products: ['Café em grãos', 'Caneca esmaltada', 'Moedor manual', 'Kit degustação', 'Filtro de pano'],
    template: {
      name: 'Oferta da semana',
      body: 'Olá, {{ first_name }}! 👋\n\nO seu favorito, {{ produto }}, está com 15% de desconto em {{ cidade }} até domingo.\n\nUse o cupom *{{ cupom }}* e responda SAIR se não quiser mais receber.',
    },
  },
  en: {
    attributes: { city: 'city', product: 'product', coupon: 'coupon' },
    tags: { customer: 'customers', vip: 'vip', news: 'news' },
    products: ['Whole bean coffee', 'Enamel mug', 'Hand grinder', 'Tasting kit', 'Cloth filter'],
    template: {
      name: 'Offer of the week',
      body: 'Hello, {{ first_name }}! 👋\n\nYour favourite, {{ product }}, is 15% off in {{ city }} until Sunday.\n\nUse the coupon *{{ coupon }}*, and reply STOP to hear no more from us.',
    },
  },
};
