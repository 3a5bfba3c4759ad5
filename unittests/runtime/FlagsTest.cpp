//===- FlagsTest.cpp - The command line of a program ---------------------------------===//
#include "program/Program.h"

#include <gtest/gtest.h>

using namespace mdl::runtime;

namespace {
class Flags : public testing::Test {
protected:
  Flags() {
    program.name = "digits";
    add("epochs", Option::Int, "passes over the training set", "20").intValue = 20;
    add("lr_max", Option::Float, "largest learning rate", "0.01").floatValue = 0.01;
    add("shuffle", Option::Bool, "", "true").boolValue = true;
    add("data", Option::String, "folder", "data").stringValue = "data";
  }

  Option &add(const char *name, Option::Type type, const char *text, const char *value) {
    Option option;
    option.name = name;
    option.type = type;
    option.text = text;
    option.defaultValue = value;
    program.options.push_back(option);
    return program.options.back();
  }

  std::string read(std::vector<const char *> arguments) {
    arguments.insert(arguments.begin(), "digits");
    return readFlags(program, static_cast<int>(arguments.size()), arguments.data(), help);
  }

  Program program;
  bool help = false;
};

TEST_F(Flags, SetOptions) {
  EXPECT_EQ(read({"--epochs", "3", "--lr_max=1e-3", "--data", "a b"}), "");
  EXPECT_EQ(program.options[0].intValue, 3);
  EXPECT_EQ(program.options[1].floatValue, 1e-3);
  EXPECT_EQ(program.options[3].stringValue, "a b");
}

TEST_F(Flags, TakeEmptyTexts) {
  add("d", Option::Int, "", "0");
  EXPECT_EQ(read({"--data=", "--epochs", "3"}), "");
  EXPECT_EQ(program.options[3].stringValue, "");
  EXPECT_EQ(program.options[0].intValue, 3);
  EXPECT_EQ(read({"--data"}), "--data: expected a value after it");
  EXPECT_EQ(read({"--epochs="}), "--epochs: expected a whole number, found ``");
}

TEST_F(Flags, TakeNegativeNumbersAndDashes) {
  EXPECT_EQ(read({"--epochs", "-3", "--lr-max", "-0.5"}), "");
  EXPECT_EQ(program.options[0].intValue, -3);
  EXPECT_EQ(program.options[1].floatValue, -0.5);
}

TEST_F(Flags, TakeBools) {
  EXPECT_EQ(read({"--shuffle", "false"}), "");
  EXPECT_FALSE(program.options[2].boolValue);
  EXPECT_EQ(read({"--shuffle"}), "");
  EXPECT_TRUE(program.options[2].boolValue);
}

TEST_F(Flags, LastOneWins) {
  EXPECT_EQ(read({"--epochs", "1", "--epochs", "2"}), "");
  EXPECT_EQ(program.options[0].intValue, 2);
}

TEST_F(Flags, SetThreadsAndSeed) {
  EXPECT_EQ(read({"--threads", "2", "--seed", "7"}), "");
  EXPECT_EQ(program.threads, 2);
  EXPECT_EQ(program.seed, 7);
}

TEST_F(Flags, OwnSeedIsTheSeed) {
  add("seed", Option::Int, "", "5").intValue = 5;
  EXPECT_EQ(read({}), "");
  EXPECT_EQ(program.seed, 5);
  EXPECT_EQ(read({"--seed", "6"}), "");
  EXPECT_EQ(program.seed, 6);
}

TEST_F(Flags, SayWhatWasExpected) {
  EXPECT_EQ(read({"--epochs", "x"}), "--epochs: expected a whole number, found `x`");
  EXPECT_EQ(read({"--epochs", "1.5"}), "--epochs: expected a whole number, found `1.5`");
  EXPECT_EQ(read({"--epochs", "99999999999999999999"}),
            "--epochs: expected a whole number below 2 ** 63, found `99999999999999999999`");
  EXPECT_EQ(read({"--lr_max", "1e39"}), "--lr_max: expected a number up to 3.4e38, found `1e39`");
  EXPECT_EQ(read({"--lr_max", "1e400"}), "--lr_max: expected a number up to 3.4e38, found `1e400`");
  EXPECT_EQ(read({"--lr_max", "inf"}), "");
  EXPECT_EQ(read({"--lr_max", "fast"}), "--lr_max: expected a number, found `fast`");
  EXPECT_EQ(read({"--shuffle", "maybe"}), "--shuffle: expected `true` or `false`, found `maybe`");
  EXPECT_EQ(read({"--threads", "0"}), "--threads: expected a number from 1 to 1024, found `0`");
  EXPECT_EQ(read({"--threads", "two"}), "--threads: expected a whole number, found `two`");
  EXPECT_EQ(read({"--epochs"}), "--epochs: expected a value after it");
}

TEST_F(Flags, SuggestTheNearest) {
  EXPECT_EQ(read({"--epoch", "3"}), "unknown option `--epoch`; did you mean `--epochs`?");
  EXPECT_EQ(read({"--sede=3"}), "unknown option `--sede`; did you mean `--seed`?");
  EXPECT_EQ(read({"--zzzzzz"}), "unknown option `--zzzzzz` (see --help)");
  EXPECT_EQ(read({"3"}), "unexpected argument `3`; options start with `--` (see --help)");
}

TEST_F(Flags, HelpListsOptions) {
  EXPECT_EQ(read({"--help"}), "");
  EXPECT_TRUE(help);
  EXPECT_EQ(helpText(program), "usage: digits [options]\n"
                               "\n"
                               "  option     type   default\n"
                               "  --epochs   int    20         passes over the training set\n"
                               "  --lr_max   float  0.01       largest learning rate\n"
                               "  --shuffle  bool   true\n"
                               "  --data     text   data       folder\n"
                               "  --threads  int    all cores  number of threads; results do not depend on it\n"
                               "  --seed     int    0          of the random numbers that have no seed of their own\n"
                               "  --help     bool   false      this text\n");
}
} // namespace
