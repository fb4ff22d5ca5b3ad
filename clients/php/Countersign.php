<?php

declare(strict_types=1);

namespace Countersign;

/*
 * A client for the order functions of an InfluencerSoft style API, such as Countersign offers it:
 * one file, PHP 7.4 or later, with ext-curl or without. See docs/clients.md.
 */

/**
 * What every error of this client is. Its message never holds the secret or an answer's body.
 */
class CountersignException extends \RuntimeException
{
}

/**
 * No whole answer came. Whether the call was carried out is unknown; an order function may be
 * repeated unchanged.
 */
final class TransportException extends CountersignException
{
}

/**
 * An answer came but nothing proves that it is the gateway's. Treat it as no answer at all.
 */
final class UnverifiableAnswerException extends CountersignException
{
    private const REASONS = [
        'status' => 'no such HTTP status goes with an answer',
        'json' => 'the body is not one JSON object in UTF-8',
        'envelope' => 'the code is not an integer, or text or hash is not a string of its form',
        'hash' => 'the hash is wrong: another key, another sender, or an account unknown there',
        'signature-missing' => 'the signature header was asked for and is not there',
        'signature-stale' => 'the time in the signature header is too far from ours',
        'signature-wrong' => 'the signature header does not fit the body',
        'result' => 'the result has not the form that this function promises',
    ];

    /** @var string */
    private $reason;

    /** @var int */
    private $status;

    public function __construct(string $function, string $reason, int $status)
    {
        $why = self::REASONS[$reason] ?? $reason;
        parent::__construct("$function: answer not believed (HTTP $status): $why");
        $this->reason = $reason;
        $this->status = $status;
    }

    /**
     * One of status, json, envelope, hash, signature-missing, signature-stale, signature-wrong,
     * result.
     */
    public function getReason(): string
    {
        return $this->reason;
    }

    /**
     * The HTTP status of the answer.
     */
    public function getStatus(): int
    {
        return $this->status;
    }
}

/**
 * A verified answer whose code is not 0; getCode() gives the code: 4, 200, 604, ...
 */
final class ApiException extends CountersignException
{
    /** @var Answer */
    private $answer;

    public function __construct(string $function, Answer $answer)
    {
        parent::__construct("$function: code {$answer->code}, {$answer->text}", $answer->code);
        $this->answer = $answer;
    }

    public function getAnswer(): Answer
    {
        return $this->answer;
    }

    /**
     * The error's text, as the gateway signed it.
     */
    public function getText(): string
    {
        return $this->answer->text;
    }

    /**
     * @return mixed
     */
    public function getResult()
    {
        return $this->answer->result;
    }

    /**
     * Whether the gateway could not take the call now (HTTP 503, code 8); it may be repeated.
     */
    public function isBusy(): bool
    {
        return $this->answer->busy;
    }

    /**
     * Seconds that a busy gateway asks to wait for, or null.
     */
    public function getRetryAfter(): ?int
    {
        return $this->answer->retryAfter;
    }
}

/**
 * An answer that is proved to come from someone who knows the secret.
 */
final class Answer
{
    /** @var int 0, or an error code */
    public $code;

    /** @var string */
    public $text;

    /**
     * @var mixed objects as arrays with keys. Proved only where $signed: the protocol's own hash
     *     covers code and text alone
     */
    public $result;

    /** @var int HTTP status */
    public $status;

    /** @var bool whether the signature header was checked too */
    public $signed;

    /** @var bool the gateway could not take the call now (HTTP 503, code 8) */
    public $busy;

    /** @var int|null seconds that a busy gateway asks to wait for */
    public $retryAfter;

    /**
     * @param mixed $result
     */
    public function __construct(
        int $code,
        string $text,
        $result,
        int $status,
        bool $signed,
        bool $busy,
        ?int $retryAfter
    ) {
        $this->code = $code;
        $this->text = $text;
        $this->result = $result;
        $this->status = $status;
        $this->signed = $signed;
        $this->busy = $busy;
        $this->retryAfter = $retryAfter;
    }
}

/**
 * A client of one account. Every method posts one signed call and believes only a proved answer.
 * All throw TransportException, UnverifiableAnswerException, and ApiException for every code
 * but 0 (createOrder: and 601).
 */
final class Client
{
    private const BUSY = 8;
    private const ORDER_ALREADY_THERE = 601;

    /** 503 says busy, 404 goes with a function that is not there; both only with an error code. */
    private const STATUSES = [200, 404, 503];

    private const DEFAULTS = [
        'timeout' => 30.0,
        'retries' => 0,
        'retryWait' => 30.0,
        'requireSignature' => false,
        'tolerance' => 300,
        'caFile' => null,
        'now' => null,
    ];

    /** @var string */
    private $url;

    /** @var string */
    private $login;

    /** @var string */
    private $secret;

    /** @var array<string, mixed> */
    private $options;

    /**
     * Options, all times in seconds:
     * - timeout (30): for one attempt, from connecting to the last byte;
     * - retries (0): how often a call is repeated that met a busy gateway (HTTP 503, code 8);
     * - retryWait (30): the longest wait before a repetition, whatever the gateway asks for;
     * - requireSignature (false): refuse answers without a right signature header, which covers
     *   the result too;
     * - tolerance (300): how far the header's time may be from ours;
     * - caFile (null): certificates to trust instead of the system's;
     * - now (null): a function that gives the unix time.
     *
     * @param string $url where the functions are: https://.../influencersoft/<login>/api/
     * @param array<string, mixed> $options
     */
    public function __construct(
        string $url,
        string $login,
        #[\SensitiveParameter]
        string $secret,
        array $options = []
    ) {
        if (preg_match('~^https?://[^/?#]+[^?#]*$~Di', $url) !== 1) {
            throw new \InvalidArgumentException('url must be an http or https address without a query');
        }
        $unknown = array_diff_key($options, self::DEFAULTS);
        if ($unknown !== []) {
            throw new \InvalidArgumentException('unknown option ' . key($unknown));
        }
        $this->url = rtrim($url, '/') . '/';
        $this->login = $login;
        $this->secret = $secret;
        $this->options = $options + self::DEFAULTS;
    }

    /**
     * Keeps the secret out of dumps.
     *
     * @return array<string, string>
     */
    public function __debugInfo(): array
    {
        return ['url' => $this->url, 'login' => $this->login];
    }

    /**
     * Changes an order's status: sent (with date and rpo), paid (with date), return, cancel.
     *
     * @param array<string, mixed> $change bill_id, status, date in unix seconds, rpo
     */
    public function updateOrderStatus(array $change): void
    {
        $this->call('UpdateOrderStatus', $change);
    }

    /**
     * Creates an order. A call that is repeated is answered with code 601 and the number of the
     * order that is there already: that is what the caller wanted, so it is no error.
     *
     * @param array<string, mixed> $order goods[], bill_email, bill_first_name, ...
     * @return array{bill_id: int, link: string|null, duplicate: bool}
     */
    public function createOrder(array $order): array
    {
        $duplicate = false;
        try {
            $answer = $this->call('CreateOrder', $order);
        } catch (ApiException $error) {
            $answer = $error->getAnswer();
            $duplicate = true;
            if ($answer->code !== self::ORDER_ALREADY_THERE || self::orderNumber($answer->result) === null) {
                throw $error;
            }
        }
        $number = self::orderNumber($answer->result);
        if ($number === null) {
            throw new UnverifiableAnswerException('CreateOrder', 'result', $answer->status);
        }
        $link = $answer->result['link'] ?? null;
        return ['bill_id' => $number, 'link' => is_string($link) ? $link : null, 'duplicate' => $duplicate];
    }

    /**
     * Orders with a reduced set of fields; the vendor calls it deprecated.
     *
     * @param array<string, mixed> $filter date_s, date_e in unix seconds, paid, goods
     * @return array<int, array<string, mixed>>
     */
    public function getOrders(array $filter = []): array
    {
        return $this->read('GetOrders', $filter);
    }

    /**
     * An order without its items; the vendor calls it deprecated.
     *
     * @param int|string $number
     * @return array<string, mixed>
     */
    public function getOrderInfo($number): array
    {
        return $this->read('GetOrderInfo', ['bill_id' => $number]);
    }

    /**
     * An order with its items. Code 400 where there is none.
     *
     * @param int|string $number
     * @return array<string, mixed>
     */
    public function getOrderDetails($number, bool $goodInfo = false): array
    {
        $params = ['bill_id' => $number];
        return $this->read('getOrderDetails', $goodInfo ? $params + ['good_info' => true] : $params);
    }

    /**
     * Orders with their items, at most a month of them.
     *
     * @param array<string, mixed> $filter begin_date, end_date as dd.mm.yyyy, paid, goods
     * @return array<int, array<string, mixed>>
     */
    public function getOrdersWithGoods(array $filter = []): array
    {
        return $this->read('getOrdersWithGoods', $filter);
    }

    /**
     * A buyer's orders: number => product id => good_name, good_title. Code 400 where there is none.
     *
     * @param array<string, mixed> $filter email, pay_status
     * @return array<int, array<int, array<string, string>>>
     */
    public function getBills(array $filter): array
    {
        return $this->read('GetBills', $filter);
    }

    /**
     * Hides an order; the operator can bring it back.
     *
     * @param int|string $number
     */
    public function deleteOrder($number): void
    {
        $this->call('DeleteOrder', ['bill_id' => $number]);
    }

    /**
     * The catalogue. Code 700 where it is empty.
     *
     * @return array<int, array<string, mixed>>
     */
    public function getAllGoods(): array
    {
        return $this->read('GetAllGoods', []);
    }

    /**
     * @param array<string, mixed> $good good_name, good_title, good_sum, good_type, ...
     */
    public function addGood(array $good): void
    {
        $this->call('AddGood', $good);
    }

    /**
     * @param array<string, mixed> $change good_name, and what is to change
     */
    public function updateGood(array $change): void
    {
        $this->call('UpdateGood', $change);
    }

    public function deleteGood(string $goodName): void
    {
        $this->call('DeleteGood', ['good_name' => $goodName]);
    }

    /**
     * Any function by name, as it is; the result is not looked at.
     *
     * @param array<int|string, mixed> $params
     */
    public function call(string $function, array $params = []): Answer
    {
        if (preg_match('/^[A-Za-z]\w{0,63}$/D', $function) !== 1) {
            throw new \InvalidArgumentException('not the name of a function');
        }
        $body = $this->sign($params)['body'];
        for ($repeats = 0;; $repeats++) {
            [$status, $headers, $received] = $this->send($function, $body);
            $answer = $this->verify($received, $status, $headers, $function);
            if ($answer->code === 0) {
                return $answer;
            }
            if (!$answer->busy || $repeats >= $this->options['retries']) {
                throw new ApiException($function, $answer);
            }
            $wait = min($answer->retryAfter ?? 1, $this->options['retryWait']);
            usleep((int) round($wait * 1e6));
        }
    }

    /**
     * Signs parameters in the order given: hash = md5(query::login::secret).
     *
     * @param array<int|string, mixed> $params
     * @return array{query: string, hash: string, body: string}
     */
    public function sign(array $params): array
    {
        if (array_key_exists('hash', $params)) {
            throw new \InvalidArgumentException('the parameter "hash" is the client\'s own');
        }
        array_walk_recursive($params, static function (&$value): void {
            // Before PHP 8 a locale could turn 1500.5 into 1500,5.
            if (is_float($value)) {
                $value = str_replace(',', '.', (string) $value);
            }
        });
        $query = http_build_query($params, '', '&', PHP_QUERY_RFC1738);
        $hash = md5($query . '::' . $this->login . '::' . $this->secret);
        return [
            'query' => $query,
            'hash' => $hash,
            'body' => ($query === '' ? '' : $query . '&') . 'hash=' . $hash,
        ];
    }

    /**
     * Reads an answer and proves it: a whole JSON object, an integer code, texts that are texts,
     * the right hash, and where the option says so the signature header over every byte. An error
     * code is a valid answer here.
     *
     * @param array<string, string> $headers by lower-case name
     * @throws UnverifiableAnswerException
     */
    public function verify(
        string $body,
        int $status = 200,
        array $headers = [],
        string $function = 'answer'
    ): Answer {
        $signed = (bool) $this->options['requireSignature'];
        $fault = in_array($status, self::STATUSES, true) ? null : 'status';
        if ($fault === null && $signed) {
            $fault = $this->signatureFault($body, $headers);
        }
        $envelope = [];
        if ($fault === null) {
            [$fault, $envelope] = self::readEnvelope($body);
        }
        $code = $envelope['error_code'] ?? 0;
        $text = $envelope['error_text'] ?? '';
        if ($fault === null) {
            $wanted = md5($code . '::' . $text . '::' . $this->secret);
            $fault = hash_equals($wanted, $envelope['hash']) ? null : 'hash';
        }
        if ($fault === null && $status !== 200 && $code === 0) {
            $fault = 'status';
        }
        if ($fault !== null) {
            throw new UnverifiableAnswerException($function, $fault, $status);
        }
        $busy = $status === 503 && $code === self::BUSY;
        $retryAfter = $headers['retry-after'] ?? '';
        $hasWait = $busy && preg_match('/^\d{1,6}$/D', $retryAfter) === 1;
        $result = $envelope['result'] ?? null;
        return new Answer($code, $text, $result, $status, $signed, $busy, $hasWait ? (int) $retryAfter : null);
    }

    /**
     * @return array{0: string|null, 1: array<string, mixed>} a fault or null, the envelope
     */
    private static function readEnvelope(string $body): array
    {
        // No JSON_BIGINT_AS_STRING: a hash of digits that is sent as a number must not become a text.
        $envelope = json_decode($body, true);
        // Decoded to arrays, a list looks like an object.
        if (!is_array($envelope) || substr(ltrim($body, " \t\r\n"), 0, 1) !== '{') {
            return ['json', []];
        }
        $code = $envelope['error_code'] ?? null;
        $text = $envelope['error_text'] ?? null;
        $hash = $envelope['hash'] ?? null;
        // PHP reads -0 as the integer 0. Inside of a JSON text the quotes would have backslashes.
        $hasMinus = preg_match('/"error_code"\s*:\s*-/', $body) !== 0;
        $isWhole = is_int($code) && $code >= 0 && $code <= 999999999 && !$hasMinus;
        $isHash = is_string($hash) && preg_match('/^[0-9a-f]{32}$/D', $hash) === 1;
        return [$isWhole && is_string($text) && $isHash ? null : 'envelope', $envelope];
    }

    /**
     * Checks webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks, keyed with
     * the bytes of the secret). Null: one of the signatures fits.
     *
     * @param array<string, string> $headers
     */
    private function signatureFault(string $body, array $headers): ?string
    {
        $id = $headers['webhook-id'] ?? '';
        $timestamp = $headers['webhook-timestamp'] ?? '';
        $signatures = $headers['webhook-signature'] ?? '';
        if ($id === '' || $timestamp === '' || $signatures === '') {
            return 'signature-missing';
        }
        if (preg_match('/^\d{1,12}$/D', $timestamp) !== 1) {
            return 'signature-wrong';
        }
        $mac = hash_hmac('sha256', "$id.$timestamp.$body", $this->secret, true);
        $wanted = 'v1,' . base64_encode($mac);
        $fits = false;
        foreach (explode(' ', $signatures) as $signature) {
            $fits = hash_equals($wanted, $signature) || $fits;
        }
        if (!$fits) {
            return 'signature-wrong';
        }
        $now = $this->options['now'] === null ? time() : ($this->options['now'])();
        return abs($now - (int) $timestamp) > $this->options['tolerance'] ? 'signature-stale' : null;
    }

    /**
     * @param array<string, mixed> $params
     * @return array<int|string, mixed>
     */
    private function read(string $function, array $params): array
    {
        $answer = $this->call($function, $params);
        if (!is_array($answer->result)) {
            throw new UnverifiableAnswerException($function, 'result', $answer->status);
        }
        return $answer->result;
    }

    /**
     * @param mixed $result
     */
    private static function orderNumber($result): ?int
    {
        $number = is_array($result) ? ($result['bill_id'] ?? null) : null;
        if (!is_int($number) && !is_string($number)) {
            return null;
        }
        return preg_match('/^[1-9]\d{0,14}$/D', (string) $number) === 1 ? (int) $number : null;
    }

    /**
     * Posts a form and reads the whole answer; never follows a redirect.
     *
     * @return array{0: int, 1: array<string, string>, 2: string} status, headers, body
     */
    private function send(string $function, string $body): array
    {
        return function_exists('curl_init')
            ? $this->sendWithCurl($function, $body)
            : $this->sendWithStream($function, $body);
    }

    /**
     * @return array{0: int, 1: array<string, string>, 2: string}
     */
    private function sendWithCurl(string $function, string $body): array
    {
        $lines = [];
        $handle = curl_init($this->url . $function);
        curl_setopt_array($handle, [
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => $body,
            // Old libcurl holds the body back for an answer to Expect.
            CURLOPT_HTTPHEADER => ['Content-Type: application/x-www-form-urlencoded', 'Expect:'],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_TIMEOUT_MS => max(1, (int) round($this->options['timeout'] * 1000)),
            CURLOPT_NOSIGNAL => true,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            CURLOPT_HEADERFUNCTION => static function ($handle, string $line) use (&$lines): int {
                $lines[] = $line;
                return strlen($line);
            },
        ]);
        if ($this->options['caFile'] !== null) {
            curl_setopt($handle, CURLOPT_CAINFO, $this->options['caFile']);
        }
        $received = curl_exec($handle);
        if (!is_string($received)) {
            throw new TransportException($function . ': ' . curl_error($handle));
        }
        [$status, $headers] = self::readHead($lines);
        return [$status, $headers, $received];
    }

    /**
     * @return array{0: int, 1: array<string, string>, 2: string}
     */
    private function sendWithStream(string $function, string $body): array
    {
        $deadline = microtime(true) + $this->options['timeout'];
        $tls = ['verify_peer' => true, 'verify_peer_name' => true];
        if ($this->options['caFile'] !== null) {
            $tls['cafile'] = $this->options['caFile'];
        }
        $context = stream_context_create([
            'http' => [
                'method' => 'POST',
                'header' => "Content-Type: application/x-www-form-urlencoded\r\nConnection: close",
                'content' => $body,
                'protocol_version' => 1.1,
                'timeout' => (float) $this->options['timeout'],
                'follow_location' => 0,
                'ignore_errors' => true,
            ],
            'ssl' => $tls,
        ]);
        $stream = @fopen($this->url . $function, 'rb', false, $context);
        if ($stream === false) {
            throw new TransportException($function . ': the connection failed or gave no answer in time');
        }
        [$status, $headers] = self::readHead(stream_get_meta_data($stream)['wrapper_data'] ?? []);
        $received = '';
        while (!feof($stream)) {
            $left = $deadline - microtime(true);
            if ($left <= 0) {
                throw new TransportException($function . ': no whole answer in time');
            }
            stream_set_timeout($stream, (int) $left, (int) (($left - (int) $left) * 1e6));
            $received .= (string) fread($stream, 65536);
        }
        $length = $headers['content-length'] ?? null;
        if ($length !== null && (int) $length !== strlen($received)) {
            throw new TransportException($function . ': the answer was cut short');
        }
        return [$status, $headers, $received];
    }

    /**
     * @param array<int, string> $lines of one or several heads; the last one counts
     * @return array{0: int, 1: array<string, string>} status, headers by lower-case name
     */
    private static function readHead(array $lines): array
    {
        $status = 0;
        $headers = [];
        foreach ($lines as $line) {
            if (preg_match('~^HTTP/\S+ (\d{3})~', $line, $match) === 1) {
                $status = (int) $match[1];
                $headers = [];
            } elseif (strpos($line, ':') !== false) {
                [$name, $value] = explode(':', $line, 2);
                $headers[strtolower(trim($name))] = trim($value);
            }
        }
        return [$status, $headers];
    }
}
