# Sourced by faults, fuzz, savepoint and stops: builds when a source is newer than the last build, and sets
#   root   the checkout
#   path   the class path of the tests
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
stamp="$root/tests/target/.prepared"

if [ ! -e "$stamp" ] || [ -n "$(find "$root" \( -name target -o -name .git \) -prune -o -type f \
  \( -name pom.xml -o -path '*/main/*' -o -path '*/test/*' \) -newer "$stamp" -print -quit)" ]; then
  (cd "$root" && mvn -B -q -ntp -pl tests -am -DskipTests -Dspotless.check.skip package) >&2
  touch "$stamp"
fi

path="$root/tests/target/test-classes:$(<"$root/tests/target/classpath")"
