"""The folds of the letters that most names are written in: block of 256 characters -> their folds.

The folds of a block are parted by tabs. Made by ``python -m tests.letters`` from the package anyascii; a test
holds the two against each other.
"""

from __future__ import annotations

LETTERS = {
    0x00: (
        " \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t \t"
        ' \t \t \t \t \t \t \t \t!\t"\t#\t$\t%\t&\t\t(\t)\t*\t+\t,\t-\t.\t/\t0\t1\t2'
        "\t3\t4\t5\t6\t7\t8\t9\t:\t;\t<\t=\t>\t?\t@\ta\tb\tc\td\te\tf\tg\th\ti\tj\tk"
        "\tl\tm\tn\to\tp\tk\tr\ts\tt\tu\tv\tw\tx\ty\tz\t[\t\\\t]\t^\t_\t\ta\tb\tc\td\t"
        "e\tf\tg\th\ti\tj\tk\tl\tm\tn\to\tp\tk\tr\ts\tt\tu\tv\tw\tx\ty\tz\t{\t|\t}\t"
        "~\t \t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t \t!\tc\tgbp\t$\ty\t"
        '|\ts\t"\t(c)\ta\t<<\t!\t\t(r)\t-\tdeg\t+-\t2\t3\t\tu\tp\t-\t,\t1\to\t>>'
        "\t1/4\t1/2\t3/4\t?\ta\ta\ta\ta\ta\ta\tae\tc\te\te\te\te\ti\ti\ti\ti\td\t"
        "n\to\to\to\to\to\t*\to\tu\tu\tu\tu\ty\tth\tss\ta\ta\ta\ta\ta\ta\tae\tc\te"
        "\te\te\te\ti\ti\ti\ti\td\tn\to\to\to\to\to\t/\to\tu\tu\tu\tu\ty\tth\ty"
    ),
    0x01: (
        "a\ta\ta\ta\ta\ta\tc\tc\tc\tc\tc\tc\tc\tc\td\td\td\td\te\te\te\te\te\te\te\t"
        "e\te\te\tg\tg\tg\tg\tg\tg\tg\tg\th\th\th\th\ti\ti\ti\ti\ti\ti\ti\ti\ti\ti\t"
        "ij\tij\tj\tj\tk\tk\tk\tl\tl\tl\tl\tl\tl\tl\tl\tl\tl\tn\tn\tn\tn\tn\tn\tn\t"
        "ng\tng\to\to\to\to\to\to\toe\toe\tr\tr\tr\tr\tr\tr\ts\ts\ts\ts\ts\ts\ts\t"
        "s\tt\tt\tt\tt\tt\tt\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tw\tw\ty\ty\ty\tz\t"
        "z\tz\tz\tz\tz\ts\tb\tb\tb\tb\t6\t6\to\tc\tc\td\td\td\td\tz\te\te\te\tf\tf\t"
        "g\tg\thw\ti\ti\tk\tk\tl\tl\tw\tn\tn\to\to\to\tgh\tgh\tp\tp\tr\t2\t2\tsh\t"
        "sh\tt\tt\tt\tt\tu\tu\tu\tv\ty\ty\tz\tz\tzh\t\t\tzh\tdz\t5\t5\tts\tw\tc\tx"
        "\tkc\tk\tdz\tdz\tdz\tlj\tlj\tlj\tnj\tnj\tnj\ta\ta\ti\ti\to\to\tu\tu\tu"
        "\tu\tu\tu\tu\tu\tu\tu\te\ta\ta\ta\ta\tae\tae\tg\tg\tg\tg\tk\tk\to\to\to\to"
        "\tzh\tzh\tj\tdz\tdz\tdz\tg\tg\thw\tw\tn\tn\ta\ta\tae\tae\to\to"
    ),
    0x02: (
        "a\ta\ta\ta\te\te\te\te\ti\ti\ti\ti\to\to\to\to\tr\tr\tr\tr\tu\tu\tu\tu\ts\t"
        "s\tt\tt\ty\ty\th\th\tn\td\tou\tou\tz\tz\ta\ta\te\te\to\to\to\to\to\to\to\t"
        "o\ty\ty\tl\tn\tt\tj\tdb\tkp\ta\tc\tc\tl\tt\ts\tz\t\t\tb\tu\ta\te\te\tj\tj\t"
        "k\tk\tr\tr\ty\ty\ta\ta\ta\tb\to\tc\td\td\te\te\ter\te\te\ter\to\tj\tg\tg\t"
        "g\tg\tu\ty\th\th\ti\ti\ti\tl\tl\tl\tlzh\tw\tw\tm\tn\tn\tn\to\toe\tu\tf\tr"
        "\tr\tr\tr\tr\tr\ti\tr\tr\ts\tsh\tj\ti\tsh\tt\tt\tu\tu\tv\ta\tw\ty\ty\tz\tz"
        "\tzh\tzh\t\t\tx\tk\tpc\tb\toe\tg\th\tj\tk\tl\tk\t\t\tdz\tdzh\tdz\tts\tts"
        "h\ttc\tfng\tls\tlz\tww\t]]\ty\ty\th\th\tj\tr\tr\tr\tr\tw\ty\t\t\t\t\t\t\t\t"
        '\t\t<\t>\t^\tv\t^\t^\t\t-\t\t\t,\t_\t\t\t:\t-\t\t\t+\t+\t+\t-\t^\t.\t.\t,\t~\t"'
        "\tr\tx\tg\tl\ts\tx\t\t5\t4\t3\t2\t1\t3\t7\t_\t=\t\tv\t^\t<\t>\t.\t\t\t\t~\t:\t"
        "\t\t,\t,\t_\t_\t<"
    ),
    0x03: (
        "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t"
        "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\ta"
        "\te\ti\to\tu\tc\td\th\tm\tr\tt\tv\tx\th\th\ts\ts\t\t,\tw\tw\t\t\ti\ts\ts.\ts"
        '.\t;\tj\t\t\t\t\t\t"\ta\t;\te\ti\ti\t\to\t\ty\to\ti\ta\tv\tg\td\te\tz\ti\tth\t'
        "i\tk\tl\tm\tn\tx\to\tp\tr\t\ts\tt\ty\tf\tch\tps\to\ti\ty\ta\te\ti\ti\ty\ta"
        "\tv\tg\td\te\tz\ti\tth\ti\tk\tl\tm\tn\tx\to\tp\tr\ts\ts\tt\ty\tf\tch\tps\t"
        "o\ti\ty\to\ty\to\t&\tb\tth\ty\ty\ty\tph\tp\t&\tk\tk\tst\tst\tw\tw\tk\tk\t"
        "s\ts\tsh\tsh\tf\tf\tx\tx\th\th\tj\tj\tc\tc\tti\tti\tk\tr\ts\tj\tth\te\te"
        "\tsh\tsh\ts\ts\ts\tr.\ts\ts.\ts."
    ),
    0x04: (
        "e\te\tdj\tg\tie\tdz\ti\ti\tj\tlj\tnj\tc\tk\ti\tu\tdzh\ta\tb\tv\tg\td\te"
        "\tzh\tz\ti\ty\tk\tl\tm\tn\to\tp\tr\ts\tt\tu\tf\tkh\tts\tch\tsh\tshch\t\t"
        "y\t\te\tyu\tya\ta\tb\tv\tg\td\te\tzh\tz\ti\ty\tk\tl\tm\tn\to\tp\tr\ts\tt\t"
        "u\tf\tkh\tts\tch\tsh\tshch\t\ty\t\te\tyu\tya\te\te\tdj\tg\tie\tdz\ti\t"
        "i\tj\tlj\tnj\tc\tk\ti\tu\tdzh\to\to\te\te\tie\tie\te\te\tie\tie\to\to\t"
        "io\tio\tks\tks\tps\tps\tf\tf\ty\ty\ty\ty\tu\tu\to\to\to\to\tot\tot\tk\t"
        "k\t1000\t.\t\t\t\t.\t100000\t1000000\tjh\tjh\t\t\trh\trh\tg\tg\tgh\t"
        "gh\tgh\tgh\tj\tj\tz\tz\tk\tk\tg\tg\tk\tk\tk\tk\tng\tng\tng\tng\tph\tph"
        "\tw\tw\ts\ts\tth\tth\tu\tu\tu\tu\th\th\tts\tts\tj\tj\tc\tc\th\th\tch\tch"
        "\tch\tch\th\tgi\tgi\tk\tk\tlh\tlh\tng\tng\tnh\tnh\tdzh\tdzh\tmh\tmh"
        "\th\ta\ta\ta\ta\tae\tae\te\te\ta\ta\te\te\tdzh\tdzh\tj\tj\tdz\tdz\ti\ti"
        "\ti\ti\to\to\to\to\ty\ty\ta\ta\tu\tu\tu\tu\tu\tu\ttsh\ttsh\tgh\tgh\ty\ty"
        "\txh\txh\tx\tx\th\th"
    ),
    0x05: (
        "d\td\tdj\tdj\tzj\tzj\tdz\tdz\tlj\tlj\tnj\tnj\tsj\tsj\ttj\ttj\ta\ta\t"
        "l\tl\tlkh\tlkh\trkh\trkh\ta\ta\tk\tk\tw\tw\tk\tk\tl\tl\tn\tn\tph\tph\t"
        "\t\tny\tny\tdzh\tdzh\tdch\tdch\tl\tl\t\ta\tb\tg\td\te\tz\te\ty\tt\tzh\t"
        "i\tl\tkh\tts\tk\th\tdz\tgh\tch\tm\ty\tn\tsh\to\tch\tp\tj\trr\ts\tv\tt\t"
        "r\tts\tw\tp\tk\to\tf\t\t\t\t\t*\t!\t,\t?\t.\ta\ta\tb\tg\td\te\tz\te\ty\tt\tz"
        "h\ti\tl\tkh\tts\tk\th\tdz\tgh\tch\tm\ty\tn\tsh\to\tch\tp\tj\trr\ts\tv\t"
        "t\tr\tts\tw\tp\tk\to\tf\tev\th\t.\t-\t\t\t*\t*\tdram\t\t\t\t\t\t\t\t\t\t\t\t\t\t"
        "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\te\te\ta\to\ti\te\te\ta\ta\to\to\tu\t\t\t-\t\t|\t"
        "h\t\t.\t\t\t^\to\t\t\t\t\t\t\t\t\t\tv\tg\td\th\tv\tz\th\tt\ty\tkh\tkh\tl\tm\tm\t"
        'n\tn\ts\t\tf\tf\tts\tts\tk\tr\ts\tt\t\t\t\t\tyyy\tv\toy\tey\t\t"\t\t\t\t\t\t\t'
        "\t\t\t\t"
    ),
    0x06: (
        "#\tsn.\t^\t#\tsm.\t#\tcbrt\t4rt\tr\t%0\t%00\taf\t,\t/\t^\t*\t\t\t\t\t\t"
        "\ti\t\t\t\t\t;\t\t.\t.\t?\ty\t\ta\t\tu\t\ti\t\tb\th\tt\tth\tj\th\tkh\td\tdh\tr"
        "\tz\ts\tsh\ts\td\tt\tdh\t\tgh\tg\tg\ty\ti\ti\t\tf\tk\tk\tl\tm\tn\th\tw\ta\t"
        "y\t\t\t\ta\tu\ti\t\t\ta\t\t\ti\t\te\te\to\te\te\to\ta\tu\t0\t1\t2\t3\t4\t5\t6\t"
        "7\t8\t9\t%\t.\t,\t*\tb\tk\ta\t\ta\tu\te\ta\to\tu\ti\tt\tth\tb\tt\tt\tp\tth"
        "\tbh\tdz\tdz\tn\tj\tts\tch\tch\td\td\td\tdd\tdh\tdh\tdh\td\td\tr\tr\tr"
        "\tr\tr\tzh\td\tzh\tr\tsh\ts\tch\tts\tch\tth\tng\tf\tf\tp\tv\tv\tph\tk\t"
        "g\tk\tk\tg\tg\tng\tkp\tg\tgg\tn\tg\tg\tg\tl\tl\tl\tl\tn\tn\tn\tn\tny\th\t"
        "n\te\th\th\th\to\to\to\tu\tu\tu\tu\tv\ty\tey\te\tv\te\tny\te\te\t.\te\t\t\t"
        "\t\t\t\t\t#\t#\t\t\t\t\t\t\t\t\t\t\t^\t\t\t\t\td\tr\t0\t1\t2\t3\t4\t5\t6\t7\t8\t9\ts"
        "\tl\tn\t&\tm.\th"
    ),
    0x10: (
        "k\tkh\tg\tgh\tn\tc\tch\tj\tjh\tn\tnn\tt\tth\td\tdh\tn\tt\tth\td\tdh\tn"
        "\tp\tph\tb\tbh\tm\ty\tr\tl\tv\ts\th\tl\t\t\ti\ti\tu\tu\te\te\to\to\ta\ta\ti"
        "\ti\tu\tu\te\tai\ti\tao\te\tm\t\t\t\t\ty\tr\tv\th\tss\t0\t1\t2\t3\t4\t5\t6\t"
        "7\t8\t9\t,\t.\tn*\tr*\tl*\te*\ts\ts\tr\tr\tl\tl\tr\tr\tl\tl\tn\tjh\tb\tb"
        "\tn\tm\tl\tsh\to\t\t\ts\tpw\to\tu\t\t\t\t\t\tn\tyw\tghw\ti\to\tu\te\tk\tkh\t"
        "g\tc\tz\tn\td\tn\tph\tf\tb\tx\th\tv\ta\te\te\tai\t\t\t\t\t\t\t\tf\t\t0\t1\t2\t"
        "3\t4\t5\t6\t7\t8\t9\t\t\ta\tai\t1\t!\ta\tb\tg\td\te\tv\tz\tt\ti\tk\tl\tm\tn"
        "\to\tp\tzh\tr\ts\tt\tu\tp\tk\tgh\tk\tsh\tch\tts\tdz\tts\tch\tkh\tj\th\t"
        "e\ty\tw\tx\to\t\te\t\t\t\t\t\tae\t\t\ta\tb\tg\td\te\tv\tz\tt\ti\tk\tl\tm\tn\to"
        "\tp\tzh\tr\ts\tt\tu\tp\tk\tgh\tk\tsh\tch\tts\tdz\tts\tch\tkh\tj\th\te\t"
        "y\tw\tx\to\tf\te\t\tg\t\t*\tn\tae\t\tw"
    ),
    0x1E: (
        "a\ta\tb\tb\tb\tb\tb\tb\tc\tc\td\td\td\td\td\td\td\td\td\td\te\te\te\te\te\t"
        "e\te\te\te\te\tf\tf\tg\tg\th\th\th\th\th\th\th\th\th\th\ti\ti\ti\ti\tk\tk\t"
        "k\tk\tk\tk\tl\tl\tl\tl\tl\tl\tl\tl\tm\tm\tm\tm\tm\tm\tn\tn\tn\tn\tn\tn\tn\t"
        "n\to\to\to\to\to\to\to\to\tp\tp\tp\tp\tr\tr\tr\tr\tr\tr\tr\tr\ts\ts\ts\ts\t"
        "s\ts\ts\ts\ts\ts\tt\tt\tt\tt\tt\tt\tt\tt\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tv\t"
        "v\tv\tv\tw\tw\tw\tw\tw\tw\tw\tw\tw\tw\tx\tx\tx\tx\ty\ty\tz\tz\tz\tz\tz\tz\t"
        "h\tt\tw\ty\ta\ts\ts.\ts.\tss\td\ta\ta\ta\ta\ta\ta\ta\ta\ta\ta\ta\ta\ta\ta"
        "\ta\ta\ta\ta\ta\ta\ta\ta\ta\ta\te\te\te\te\te\te\te\te\te\te\te\te\te\te\te"
        "\te\ti\ti\ti\ti\to\to\to\to\to\to\to\to\to\to\to\to\to\to\to\to\to\to\to\to"
        "\to\to\to\to\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\tu\ty\ty\ty\ty\ty\ty\ty"
        "\ty\tll\tll\tv\tv\ty\ty"
    ),
    0x1F: (
        "a\tha\ta\tha\ta\tha\ta\tha\ta\tha\ta\tha\ta\tha\ta\tha\te\the\te\the\t"
        "e\the\t\t\te\the\te\the\te\the\t\t\ti\thi\ti\thi\ti\thi\ti\thi\ti\thi\ti"
        "\thi\ti\thi\ti\thi\ti\thi\ti\thi\ti\thi\ti\thi\ti\thi\ti\thi\ti\thi\ti"
        "\thi\to\tho\to\tho\to\tho\t\t\to\tho\to\tho\to\tho\t\t\ty\thy\ty\thy\ty\t"
        "hy\ty\thy\t\thy\t\thy\t\thy\t\thy\to\tho\to\tho\to\tho\to\tho\to\tho\to"
        "\tho\to\tho\to\tho\ta\ta\te\te\ti\ti\ti\ti\to\to\ty\ty\to\to\t\t\ta\tha\ta"
        "\tha\ta\tha\ta\tha\ta\tha\ta\tha\ta\tha\ta\tha\ti\thi\ti\thi\ti\thi\ti"
        "\thi\ti\thi\ti\thi\ti\thi\ti\thi\to\tho\to\tho\to\tho\to\tho\to\tho\to"
        '\tho\to\tho\to\tho\ta\ta\ta\ta\ta\t\ta\ta\ta\ta\ta\ta\ta\t\ti\t\t~\t"~\ti\t'
        "i\ti\t\ti\ti\te\te\ti\ti\ti\t\t\t~\ti\ti\ti\ti\t\t\ti\ti\ti\ti\ti\ti\t\th\th\t"
        'h~\ty\ty\ty\ty\tr\trh\ty\ty\ty\ty\ty\ty\trh\t"\t"\t\t\t\to\to\to\t\to\to\to'
        "\to\to\to\to\t\th\t"
    ),
    0x20: (
        ' \t \t \t \t \t \t \t \t \t \t \t\t\t\t\t\t-\t-\t-\t-\t-\t-\t||\t_\t\t\t\t\t"\t'
        '"\t"\t"\t+\t++\t*\t*\t.\t..\t...\t-\t \t \t\t\t\t\t\t \t%0\t%00\t\t\t\t\t\t\t'
        "^\t<\t>\t*\t!!\t!?\t-\t_\t-\t^\t***\t-\t/\t[\t]\t??\t?!\t!?\t&\tp\t<\t>"
        "\t*\t;\t_\t**\t./.\t~\t_\t*\t:\t\t:\t*\t:\t:\t+\t:\t:\t \t\t\t\t\t\t\t\t\t\t\t\t"
        "\t\t\t\t\t0\ti\t\t\t4\t5\t6\t7\t8\t9\t+\t-\t=\t(\t)\tn\t0\t1\t2\t3\t4\t5\t6\t7"
        "\t8\t9\t+\t-\t=\t(\t)\t\ta\te\to\tx\te\th\tk\tl\tm\tn\tp\ts\tt\t\t\t\tce\tc\t"
        "cr\tf\tl\tm\tn\tpts\trs\tw\tnis\td\teur\tk\tt\tdr\tpf\tp\tg\ta\thrn\t"
        "c\tlt\tsm\tt\trs\ttl\tm\tmanat\trb\tlari\tbtc\tsom\t\t\t\t\t\t\t\t\t\t\t"
        "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t"
        "\t\t"
    ),
}
