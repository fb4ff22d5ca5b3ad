<?php
// What a careful PHP developer would write: PDO, a kept connection, one transaction a request.
declare(strict_types=1);

require __DIR__ . '/create-order.php';

function answer(int $code, string $text, array $result = []): never
{
    $hash = md5("$code::$text::" . getenv('BENCH_SECRET'));
    $body = json_encode(['error_code' => $code, 'error_text' => $text, 'result' => $result, 'hash' => $hash]);
    header('Content-Type: application/json');
    header('Content-Length: ' . strlen($body));
    echo $body;
    exit;
}

function updateOrderStatus(PDO $db, array $form): never
{
    $paid = $form['status'] === 'paid';
    $axis = $paid ? "payment = 'paid', paid_at = now()" : "fulfilment = 'sent', sent_at = now()";
    $db->beginTransaction();
    $change = $db->prepare("update order_states set $axis, changed_at = now(), event_seq = event_seq + 1
        where account_id = 1 and number = ? returning event_seq");
    $change->execute([$form['bill_id']]);
    $event = $db->prepare("insert into order_events (account_id, number, seq, at, kind, via)
        values (1, ?, ?, now(), ?, 'php')");
    $event->execute([$form['bill_id'], $change->fetchColumn(), $paid ? 'paid' : 'sent']);
    $db->commit();
    answer(0, 'Order status changed');
}

$body = file_get_contents('php://input');
[$query, $hash] = explode('&hash=', $body, 2) + ['', ''];
if (!hash_equals(md5("$query::" . getenv('BENCH_LOGIN') . '::' . getenv('BENCH_SECRET')), $hash)) {
    answer(4, 'Incorrect hash');
}
parse_str($query, $form);
// Host, user and password stand in the environment, as libpq reads them.
$db = new PDO('pgsql:', null, null, [PDO::ATTR_PERSISTENT => true, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
if (str_ends_with($_SERVER['REQUEST_URI'], '/CreateOrder')) {
    createOrder($db, $form, $body);
}
updateOrderStatus($db, $form);
