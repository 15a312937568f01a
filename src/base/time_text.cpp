#include "base/time_text.hpp"

namespace jobcast {
namespace {

using namespace std::chrono;

void append_digits(std::string& out, unsigned value, int width) {
  char digits[4];
  for (int i = width; i-- > 0; value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, static_cast<std::size_t>(width));
}

/// Takes fixed-width numbers and literal characters off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::optional<unsigned> number(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    unsigned value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
      value = value * 10 + static_cast<unsigned>(rest_[i] - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }

  bool any_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_[0]) == std::string_view::npos) return false;
    last_ = rest_[0];
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] char last() const { return last_; }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char last_ = 0;
};

/// The fraction after a dot as milliseconds; nothing where no digit follows.
std::optional<milliseconds> scan_fraction(Scanner& scanner) {
  int digits = 0;
  int value = 0;
  while (const auto digit = scanner.number(1)) {
    if (digits < 3) value = value * 10 + static_cast<int>(*digit);
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) value *= 10;
  return milliseconds(value);
}

/// `Z` or `+hh:mm` at the end of the text.
std::optional<minutes> scan_offset(Scanner& scanner) {
  if (scanner.any_of("Zz")) return scanner.done() ? std::optional(minutes(0)) : std::nullopt;
  if (!scanner.any_of("+-")) return std::nullopt;
  const int sign = scanner.last() == '-' ? -1 : 1;
  const auto hour = scanner.number(2);
  if (!hour || !scanner.any_of(":")) return std::nullopt;
  const auto minute = scanner.number(2);
  if (!minute || *hour > 23 || *minute > 59 || !scanner.done()) return std::nullopt;
  return minutes(sign * static_cast<int>(*hour * 60 + *minute));
}

}  // namespace

void append_text(std::string& out, Timestamp time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_digits(out, static_cast<unsigned>(clock.hours().count()), 2);
  out += ':';
  append_digits(out, static_cast<unsigned>(clock.minutes().count()), 2);
  out += ':';
  append_digits(out, static_cast<unsigned>(clock.seconds().count()), 2);
  out += '.';
  append_digits(out, static_cast<unsigned>(clock.subseconds().count()), 3);
  out += 'Z';
}

std::string to_text(Timestamp time) {
  std::string out;
  out.reserve(24);
  append_text(out, time);
  return out;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Scanner scanner(text);
  const auto y = scanner.number(4);
  if (!y || !scanner.any_of("-")) return std::nullopt;
  const auto m = scanner.number(2);
  if (!m || !scanner.any_of("-")) return std::nullopt;
  const auto d = scanner.number(2);
  if (!d || !scanner.any_of("Tt ")) return std::nullopt;
  const auto hour = scanner.number(2);
  if (!hour || !scanner.any_of(":")) return std::nullopt;
  const auto minute = scanner.number(2);
  if (!minute || !scanner.any_of(":")) return std::nullopt;
  const auto second = scanner.number(2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;

  milliseconds fraction(0);
  if (scanner.any_of(".")) {
    const auto scanned = scan_fraction(scanner);
    if (!scanned) return std::nullopt;
    fraction = *scanned;
  }
  const auto offset = scan_offset(scanner);
  const year_month_day date(year(static_cast<int>(*y)), month(*m), day(*d));
  if (!offset || !date.ok()) return std::nullopt;
  const auto time = Timestamp(sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second) + fraction - *offset;
  // An offset may lead out of the years that have a text.
  if (time < sys_days(year(0) / 1 / 1) || time >= sys_days(year(10'000) / 1 / 1)) return std::nullopt;
  return time;
}

}  // namespace jobcast
