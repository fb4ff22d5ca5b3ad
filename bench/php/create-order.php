<?php
declare(strict_types=1);

function createOrder(PDO $db, array $form, string $body): never
{
    $sums = array_column($form['goods'], 'good_sum', 'good_name');
    $places = implode(',', array_fill(0, count($sums), '?'));
    $found = $db->prepare("select id, code, article, title, price, type from products
        where account_id = 1 and deleted_at is null and code in ($places)");
    $found->execute(array_keys($sums));
    $products = $found->fetchAll(PDO::FETCH_ASSOC);
    if (count($products) < count($sums)) {
        answer(604, 'Product not exist');
    }
    $email = strtolower(trim($form['bill_email']));
    ksort($sums);
    $digests = [hash('sha256', $body), hash('sha256', json_encode([$email, $sums]))];

    $db->beginTransaction();
    // The counter's lock makes numbers appear in order, and a repeat see the first call's order.
    $number = $db->query("update counters set next = next + 1 where account_id = 1 and name = 'order'
        returning next - 1")->fetchColumn();
    $earlier = $db->prepare("select number from order_fingerprints where account_id = 1
        and digest in (decode(?, 'hex'), decode(?, 'hex')) and made_at > now() - interval '10 minutes' limit 1");
    $earlier->execute($digests);
    $known = $earlier->fetchColumn();
    if ($known !== false) {
        $db->commit();
        answer(601, 'Order already exist. His number send in result array.', ['bill_id' => $known]);
    }
    $payKey = bin2hex(random_bytes(16));
    insertOrder($db, $form, $number, $email, $payKey, $products, $sums);
    $print = $db->prepare("insert into order_fingerprints (account_id, digest, number, made_at)
        values (1, decode(?, 'hex'), ?, now()), (1, decode(?, 'hex'), ?, now())");
    $print->execute([$digests[0], $number, $digests[1], $number]);
    $db->commit();
    answer(0, 'OK', ['bill_id' => $number, 'link' => "/bill/$payKey"]);
}

function insertOrder(PDO $db, array $form, int $number, string $email, string $payKey, array $products, array $sums): void
{
    $name = ['firstName' => $form['bill_first_name'], 'lastName' => $form['bill_surname'], 'phone' => $form['bill_phone']];
    $billing = $name + ['country' => $form['bill_country'], 'city' => $form['bill_city'],
        'line1' => $form['bill_address'], 'postcode' => $form['bill_postal_code']];
    $order = $db->prepare("insert into orders (account_id, number, dialect, email_folded, buyer, billing, currency,
            discount, shipping_cost, tax, total, utm, pay_key, fields, created_at)
        values (1, ?, 'influencersoft', ?, ?, ?, 'USD', 0, 0, 0, ?, '{}', ?, '{}', to_timestamp(?))");
    $total = number_format(array_sum($sums), 4, '.', '');
    $order->execute([$number, $email, json_encode($name + ['email' => $form['bill_email']]), json_encode($billing),
        $total, $payKey, $form['bill_created']]);
    $db->prepare("insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
            pay_on_delivery, changed_at, parcels, event_seq)
        values (1, ?, 'waiting', 'open', false, false, false, now(), 0, 1)")->execute([$number]);
    $values = [];
    foreach ($products as $at => $product) {
        array_push($values, $number, $at + 1, $product['id'], $product['code'], $product['article'],
            $product['title'], $product['type'], $sums[$product['code']], $product['price']);
    }
    $row = "(1, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?, '[]')";
    $db->prepare('insert into order_lines (account_id, number, position, product_id, code, article, title,
            product_type, quantity, unit_price, unit_tax, catalogue_price, options)
        values ' . implode(',', array_fill(0, count($products), $row)))->execute($values);
    $db->prepare("insert into order_events (account_id, number, seq, at, kind, via)
        values (1, ?, 1, now(), 'placed', 'php')")->execute([$number]);
}
