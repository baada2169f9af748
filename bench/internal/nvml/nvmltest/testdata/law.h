/* What a card of the stand-in draws, a law of CLOCK_MONOTONIC in seconds, and how its
 * sensor sees that. law=constant:W, sine:MEAN:SWING:PERIOD or square:LOW:HIGH:PERIOD,
 * which is high in the first half of each period. */

static double sine_of(double x) { /* without libm: the stand-in needs libc alone */
	const double pi = 3.14159265358979323846;
	long long turns = (long long)(x / (2 * pi));
	x -= turns * 2 * pi;
	double term = x, sum = x;
	for (int n = 1; n < 20; n++) sum += term *= -x * x / ((2 * n) * (2 * n + 1));
	return sum;
}

/* energy is the integral of the law from 0 to t. */
static double energy(nvmlDevice_t d, double t) {
	const double pi = 3.14159265358979323846;
	char kind[16] = "";
	double a = 0, b = 0, period = 1;
	sscanf(option(d->text, "law", "constant:100"), "%15[a-z]:%lf:%lf:%lf", kind, &a, &b, &period);
	if (strcmp(kind, "sine") == 0) return a * t + b * period / (2 * pi) * (1 - sine_of(2 * pi * t / period + pi / 2));
	if (strcmp(kind, "square") == 0) {
		long long n = (long long)(t / period);
		double in = t - n * period;
		return a * t + (b - a) * (n * period / 2 + (in < period / 2 ? in : period / 2));
	}
	return a * t;
}

/* updated is the moment of the sensor's last update. */
static double updated(nvmlDevice_t d) {
	double period = number(d, "period", 0.1);
	return (long long)(now() / period) * period;
}

static double mean(nvmlDevice_t d, double over) {
	double t = updated(d);
	long long nth = (long long)(t / number(d, "period", 0.1) + 0.5);
	return (energy(d, t) - energy(d, t - over)) / over + number(d, "noise", 0) * (nth % 7 - 3); /* W */
}

/* instant watts look at `seen` seconds of each period: 25 of 100 ms on an A100. */
static double instant(nvmlDevice_t d) { return mean(d, number(d, "seen", number(d, "period", 0.1))); }

static int averages(nvmlDevice_t d) { return number(d, "cc", 8.0) > 8.05; } /* Ampere and later but GA100 */

