/*
 * Which zone a number's prefix (without the plus) lies in: the longest prefix counts. Countries with one zone, or one in
 * which nearly everybody lives, have their calling code; those with several have their area codes where mobiles keep
 * them. A number moves with its owner and its area code does not: this is the best guess, not the truth.
 */
const table = `
America/New_York 1
America/Chicago 1205 1251 1256 1334 1659 1938 1479 1501 1870 1327 1217 1224 1309 1312 1331 1447 1464 1618 1630 1708 1730 1773 1779 1815 1847 1861 1872 1319 1515 1563 1641 1712 1316 1620 1785 1913 1225 1318 1337 1504 1985 1218 1320 1507 1612 1651 1763 1952 1924 1228 1601 1662 1769 1235 1314 1417 1557 1573 1636 1660 1816 1975 1308 1402 1531 1701 1405 1539 1572 1580 1918 1605 1615 1629 1731 1901 1931 1210 1214 1254 1281 1325 1346 1361 1409 1430 1432 1469 1512 1682 1713 1726 1737 1806 1817 1830 1832 1903 1936 1940 1945 1956 1972 1979 1262 1274 1353 1414 1534 1608 1715 1920 1850 1448 1219 1270 1364
America/Denver 1303 1719 1720 1970 1983 1208 1986 1406 1505 1575 1385 1435 1801 1307 1915
America/Phoenix 1480 1520 1602 1623 1928
America/Los_Angeles 1209 1213 1279 1310 1323 1341 1350 1408 1415 1424 1442 1510 1530 1559 1562 1619 1626 1628 1650 1657 1661 1669 1707 1714 1747 1760 1805 1818 1820 1831 1840 1858 1909 1916 1925 1949 1951 1702 1725 1775 1458 1503 1541 1971 1206 1253 1360 1425 1509 1564
America/Anchorage 1907
Pacific/Honolulu 1808
America/Toronto 1226 1249 1289 1343 1365 1382 1416 1437 1519 1548 1613 1647 1683 1705 1742 1753 1807 1905 1942 1418 1581 1367 1438 1514 1450 1579 1819 1873 1354 1263 1468
America/Halifax 1902 1782 1506 1428
America/St_Johns 1709 1879
America/Winnipeg 1204 1431 1584
America/Regina 1306 1639 1474
America/Edmonton 1403 1587 1780 1825 1368 1867
America/Vancouver 1236 1250 1604 1672 1778 1257
America/Nassau 1242
America/Barbados 1246
America/Anguilla 1264
America/Antigua 1268
America/Tortola 1284
America/St_Thomas 1340
America/Cayman 1345
Atlantic/Bermuda 1441
America/Grenada 1473
America/Grand_Turk 1649
America/Jamaica 1658 1876
America/Montserrat 1664
Pacific/Saipan 1670
Pacific/Guam 1671
Pacific/Pago_Pago 1684
America/Lower_Princes 1721
America/St_Lucia 1758
America/Dominica 1767
America/St_Vincent 1784
America/Puerto_Rico 1787 1939
America/Santo_Domingo 1809 1829 1849
America/Port_of_Spain 1868
America/St_Kitts 1869
Europe/Moscow 7
Asia/Almaty 76 77
Africa/Cairo 20
Africa/Juba 211
Africa/Casablanca 212
Africa/Algiers 213
Africa/Tunis 216
Africa/Tripoli 218
Africa/Banjul 220
Africa/Dakar 221
Africa/Nouakchott 222
Africa/Bamako 223
Africa/Conakry 224
Africa/Abidjan 225
Africa/Ouagadougou 226
Africa/Niamey 227
Africa/Lome 228
Africa/Porto-Novo 229
Indian/Mauritius 230
Africa/Monrovia 231
Africa/Freetown 232
Africa/Accra 233
Africa/Lagos 234
Africa/Ndjamena 235
Africa/Bangui 236
Africa/Douala 237
Atlantic/Cape_Verde 238
Africa/Sao_Tome 239
Africa/Malabo 240
Africa/Libreville 241
Africa/Brazzaville 242
Africa/Kinshasa 243
Africa/Luanda 244
Africa/Bissau 245
Indian/Chagos 246
Atlantic/St_Helena 247 290
Indian/Mahe 248
Africa/Khartoum 249
Africa/Kigali 250
Africa/Addis_Ababa 251
Africa/Mogadishu 252
Africa/Djibouti 253
Africa/Nairobi 254
Africa/Dar_es_Salaam 255
Africa/Kampala 256
Africa/Bujumbura 257
Africa/Maputo 258
Africa/Lusaka 260
Indian/Antananarivo 261
Indian/Reunion 262
Africa/Harare 263
Africa/Windhoek 264
Africa/Blantyre 265
Africa/Maseru 266
Africa/Gaborone 267
Africa/Mbabane 268
Indian/Comoro 269
Africa/Johannesburg 27
Africa/Asmara 291
America/Aruba 297
Atlantic/Faroe 298
America/Nuuk 299
Europe/Athens 30
Europe/Amsterdam 31
Europe/Brussels 32
Europe/Paris 33
Europe/Madrid 34
Europe/Gibraltar 350
Europe/Lisbon 351
Europe/Luxembourg 352
Europe/Dublin 353
Atlantic/Reykjavik 354
Europe/Tirane 355
Europe/Malta 356
Asia/Nicosia 357
Europe/Helsinki 358
Europe/Sofia 359
Europe/Budapest 36
Europe/Vilnius 370
Europe/Riga 371
Europe/Tallinn 372
Europe/Chisinau 373
Asia/Yerevan 374
Europe/Minsk 375
Europe/Andorra 376
Europe/Monaco 377
Europe/San_Marino 378
Europe/Kyiv 380
Europe/Belgrade 381 383
Europe/Podgorica 382
Europe/Zagreb 385
Europe/Ljubljana 386
Europe/Sarajevo 387
Europe/Skopje 389
Europe/Rome 39
Europe/Bucharest 40
Europe/Zurich 41
Europe/Prague 420
Europe/Bratislava 421
Europe/Vaduz 423
Europe/Vienna 43
Europe/London 44
Europe/Copenhagen 45
Europe/Stockholm 46
Europe/Oslo 47
Europe/Warsaw 48
Europe/Berlin 49
Atlantic/Stanley 500
America/Belize 501
America/Guatemala 502
America/El_Salvador 503
America/Tegucigalpa 504
America/Managua 505
America/Costa_Rica 506
America/Panama 507
America/Miquelon 508
America/Port-au-Prince 509
America/Lima 51
America/Mexico_City 52
America/Hermosillo 52622 52623 52631 52632 52633 52634 52637 52638 52641 52642 52643 52644 52645 52647 52651 52662
America/Tijuana 52646 52653 52658 52661 52663 52664 52665 52686
America/Mazatlan 52311 52319 52323 52324 52325 52327 52329 52612 52613 52615 52624 52667 52668 52669 52672 52673 52687 52694 52695 52696 52697 52698
America/Ciudad_Juarez 52656
America/Cancun 52983 52984 52987 52998
America/Havana 53
America/Argentina/Buenos_Aires 54
America/Sao_Paulo 55
America/Rio_Branco 5568
America/Manaus 5592 5597
America/Boa_Vista 5595
America/Porto_Velho 5569
America/Cuiaba 5565 5566
America/Campo_Grande 5567
America/Belem 5591 5594 5596
America/Santarem 5593
America/Araguaina 5563
America/Fortaleza 5583 5584 5585 5586 5588 5589 5598 5599
America/Recife 5581 5587
America/Maceio 5579 5582
America/Bahia 5571 5573 5574 5575 5577
America/Santiago 56
America/Bogota 57
America/Caracas 58
America/Guadeloupe 590
America/La_Paz 591
America/Guyana 592
America/Guayaquil 593
America/Cayenne 594
America/Asuncion 595
America/Martinique 596
America/Paramaribo 597
America/Montevideo 598
America/Curacao 599
Asia/Kuala_Lumpur 60
Australia/Sydney 61
Asia/Jakarta 62
Asia/Manila 63
Pacific/Auckland 64
Asia/Singapore 65
Asia/Bangkok 66
Asia/Dili 670
Pacific/Norfolk 672
Asia/Brunei 673
Pacific/Nauru 674
Pacific/Port_Moresby 675
Pacific/Tongatapu 676
Pacific/Guadalcanal 677
Pacific/Efate 678
Pacific/Fiji 679
Pacific/Palau 680
Pacific/Wallis 681
Pacific/Rarotonga 682
Pacific/Niue 683
Pacific/Apia 685
Pacific/Tarawa 686
Pacific/Noumea 687
Pacific/Funafuti 688
Pacific/Tahiti 689
Pacific/Fakaofo 690
Pacific/Pohnpei 691
Pacific/Majuro 692
Asia/Tokyo 81
Asia/Seoul 82
Asia/Ho_Chi_Minh 84
Asia/Pyongyang 850
Asia/Hong_Kong 852
Asia/Macau 853
Asia/Phnom_Penh 855
Asia/Vientiane 856
Asia/Shanghai 86
Asia/Dhaka 880
Asia/Taipei 886
Europe/Istanbul 90
Asia/Kolkata 91
Asia/Karachi 92
Asia/Kabul 93
Asia/Colombo 94
Asia/Yangon 95
Indian/Maldives 960
Asia/Beirut 961
Asia/Amman 962
Asia/Damascus 963
Asia/Baghdad 964
Asia/Kuwait 965
Asia/Riyadh 966
Asia/Aden 967
Asia/Muscat 968
Asia/Hebron 970
Asia/Dubai 971
Asia/Jerusalem 972
Asia/Bahrain 973
Asia/Qatar 974
Asia/Thimphu 975
Asia/Ulaanbaatar 976
Asia/Kathmandu 977
Asia/Tehran 98
Asia/Dushanbe 992
Asia/Ashgabat 993
Asia/Baku 994
Asia/Tbilisi 995
Asia/Bishkek 996
Asia/Tashkent 998
`;

/** Zones by prefix. */
export const phoneZones: ReadonlyMap<string, string> = new Map(
  table
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [zone = '', ...prefixes] = line.split(' ');
      return prefixes.map((prefix): [string, string] => [prefix, zone]);
    }),
);

/** How long prefixes are, the longest first. */
export const prefixLengths: readonly number[] = [
  ...new Set([...phoneZones.keys()].map((key) => key.length)),
].sort((a, b) => b - a);

/** The zone of a number in E.164; `undefined` when its prefix tells none. */
export function zoneOfPhone(phone: string): string | undefined {
  for (const length of prefixLengths) {
    const zone = phoneZones.get(phone.slice(1, 1 + length));
    if (zone !== undefined) return zone;
  }
  return undefined;
}
