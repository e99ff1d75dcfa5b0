#include "apps/bertlet/bench/profile.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/kernels/isa.h"
#include "core/mapped.h"
#include "core/parallel.h"

namespace apps {

namespace {

using bertlet::MachinePeak;
using bertlet::OperationCost;
using bertlet::Work;
using bertlet::io::Json;

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

// What the columns say, of one round.
struct Line {
  std::string name;
  double seconds, share, calls;
  double products;               // share of the time
  double flops, bytes;           // of products
  double rate, intensity, roof;  // flops a second in products, flops a byte, the rate's share of what is possible
  double serial, waits;          // share of the time outside parallel loops; of all threads' time in these, idle
};

// At this intensity either arithmetic or memory sets the limit.
double limit(const MachinePeak& peak, double intensity) { return std::min(peak.flops, intensity * peak.bytes); }

Line line_of(const std::string& name, const Work& work, double calls, double all_seconds, double rounds,
             const MachinePeak& peak) {
  const double threads = bertlet::threads(), product_clock = work.product_seconds / threads;
  const double rate = ratio(work.product_flops, product_clock);
  const double intensity = ratio(work.product_flops, work.product_bytes);
  return {.name = name,
          .seconds = work.seconds / rounds,
          .share = ratio(work.seconds, all_seconds),
          .calls = calls / rounds,
          .products = ratio(product_clock, work.seconds),
          .flops = work.product_flops / rounds,
          .bytes = work.product_bytes / rounds,
          .rate = rate,
          .intensity = intensity,
          .roof = ratio(rate, limit(peak, intensity)),
          .serial = 1 - std::min(1.0, ratio(work.parallel, work.seconds)),
          .waits = work.parallel > 0 ? std::max(0.0, 1 - ratio(work.busy, threads * work.parallel)) : 0};
}

std::string name_of(const OperationCost& cost) {
  return cost.operation + (cost.phase == bertlet::Phase::backward ? ", backward" : "");
}

Work sum_of(const std::vector<OperationCost>& costs) {
  Work sum;
  for (const OperationCost& cost : costs) sum += cost;
  return sum;
}

std::string percent(double share) { return fmt::format("{:.1f}%", 100 * share); }

std::string text_of(const Line& line) {
  const std::string begins = fmt::format("{:26} {:8.2f} {:>6} {:4.0f} {:>8}", line.name, 1e3 * line.seconds,
                                         percent(line.share), line.calls, line.flops > 0 ? percent(line.products) : "");
  const std::string products =
      line.flops == 0 ? std::string(32, ' ')
                      : fmt::format(" {:5.1f} {:6.1f} {:5.0f} {:5.1f} {:>6}", 1e-9 * line.flops, 1e-6 * line.bytes,
                                    1e-9 * line.rate, line.intensity, percent(line.roof));
  return fmt::format("{}{} {:>6} {:>6}\n", begins, products, percent(line.serial), percent(line.waits));
}

std::string heading(const MachinePeak& peak) {
  const int threads = bertlet::threads();
  return fmt::format(
             "{} {}, x86-64-{}: at most {:.0f} GF/s, and {:.1f} GB/s read from memory,\n"
             "which sets the pace of products below {:.1f} flops a byte. One round:\n\n",
             threads, threads == 1 ? "thread" : "threads", isa_name(bertlet::isa()), 1e-9 * peak.flops,
             1e-9 * peak.bytes, peak.flops / peak.bytes) +
         fmt::format("{:26} {:>8} {:>6} {:>4} {:>8} {:>5} {:>6} {:>5} {:>5} {:>6} {:>6} {:>6}\n", "operation", "ms",
                     "share", "n", "products", "GF", "MB", "GF/s", "F/B", "roof", "serial", "waits");
}

constexpr const char* legend = R"(
n         how often; products: their share of the time, with what is done to a block of the result
          in the cache; then their flops, bytes (operands and results, each once), speed, flops a byte
roof      that speed of what arithmetic of floats and memory would allow for so many flops a byte;
          in fewer bits products may be faster
serial    share of the time in which one thread works alone; waits: of the threads' time in loops
          for all, what they wait for each other
)";

double calls_of(const std::vector<OperationCost>& costs) {
  double calls = 0;
  for (const OperationCost& cost : costs) calls += static_cast<double>(cost.calls);
  return calls;
}

Json json_of(const Line& line) {
  return {{"name", line.name},       {"seconds", line.seconds},         {"share", line.share},
          {"calls", line.calls},     {"products_share", line.products}, {"flops", line.flops},
          {"bytes", line.bytes},     {"flops_per_second", line.rate},   {"flops_per_byte", line.intensity},
          {"roof_share", line.roof}, {"serial_share", line.serial},     {"waits_share", line.waits}};
}

// A line for each, and the last for all of them.
std::vector<Line> lines_of(const std::vector<OperationCost>& costs, double rounds, const MachinePeak& peak) {
  const Work all = sum_of(costs);
  std::vector<Line> lines = bertlet::mapped(costs, [&](const OperationCost& cost) {
    return line_of(name_of(cost), cost, static_cast<double>(cost.calls), all.seconds, rounds, peak);
  });
  lines.push_back(line_of("all", all, calls_of(costs), all.seconds, rounds, peak));
  return lines;
}

}  // namespace

std::string profile_table(const std::vector<OperationCost>& costs, int64_t rounds) {
  const MachinePeak peak = bertlet::measure_peak();
  std::string text = heading(peak);
  for (const Line& line : lines_of(costs, static_cast<double>(rounds), peak)) text += text_of(line);
  return text + legend;
}

Json profile_json(const std::vector<OperationCost>& costs, int64_t rounds) {
  const MachinePeak peak = bertlet::measure_peak();
  std::vector<Line> lines = lines_of(costs, static_cast<double>(rounds), peak);
  Json operations = Json::array();
  const Json all = json_of(lines.back());
  lines.pop_back();
  for (const Line& line : lines) operations.push_back(json_of(line));
  return {{"threads", bertlet::threads()},
          {"isa", isa_name(bertlet::isa())},
          {"peak_flops_per_second", peak.flops},
          {"peak_bytes_per_second", peak.bytes},
          {"all", all},
          {"operations", operations}};
}

}  // namespace apps
